#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/raw.hpp>

#include <algorithm>

namespace strata::dal::detail {

namespace {

const char* message(RawFault fault) {
    switch (fault) {
        case RawFault::none:
            break;
        case RawFault::empty:
            return "is empty";
        case RawFault::unterminated_quote:
            return "has a quote without an end";
        case RawFault::unbalanced_brackets:
            return "has unbalanced brackets";
        case RawFault::comment:
            return "has a comment";
        case RawFault::semicolon:
            return "has a semicolon";
        case RawFault::foreign_placeholder:
            return "has a placeholder other than ?";
        case RawFault::escape_string:
            return "has an E'...' string; bind the value";
        case RawFault::control_character:
            return "has a control character";
    }
    return "is wrong";
}

/// Where a text is followed by another one for the same operation.
void push_next_text(Fragment& fragment) { fragment.push(Op::text); }

}  // namespace

void push_raw(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view sqlite,
              std::string_view postgresql) {
    fragment.push_text(sqlite);
    if (!postgresql.empty()) {
        push_next_text(fragment);
        fragment.push_text(postgresql);
    }
    fragment.push(Op::raw, type, values);
}

void push_unchecked(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view text) {
    std::size_t placeholders = 0;
    const RawFault fault = scan_raw(text, [&](RawPiece piece, std::string_view) {
        if (piece == RawPiece::placeholder) ++placeholders;
    });
    if (fault != RawFault::none) throw UsageError(std::string("the text of a raw expression ") + message(fault));
    if (placeholders != values) {
        throw UsageError("the text of a raw expression has " + std::to_string(placeholders) + " placeholders but " +
                         std::to_string(values) + " values are given");
    }
    push_raw(fragment, type, values, text);
}

void push_function(Fragment& fragment, const core::TypeInfo& type, std::size_t values, std::string_view name) {
    fragment.push_text(name);
    fragment.push(Op::named_function, type, values);
}

void SqlWriter::raw(const Node& node) {
    const std::string& text = node.texts[node.texts.size() > 1 ? compiler_.raw_text() : 0];
    std::size_t operand = 0;
    *this << "(";
    scan_raw(text, [&](RawPiece piece, std::string_view part) {
        if (piece == RawPiece::placeholder) {
            expression(*node.operands[operand++], precedence::primary);
        } else {
            *this << part;
        }
    });
    *this << ")";
}

void SqlWriter::named_function(const Node& node) {
    std::string_view name = node.texts.front();
    const auto part = [&](std::string_view word) {
        const bool plain = std::ranges::none_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
        if (plain) {
            *this << word;
        } else {
            quote(word);
        }
    };
    if (const std::size_t point = name.find('.'); point != std::string_view::npos) {
        part(name.substr(0, point));
        *this << ".";
        name.remove_prefix(point + 1);
    }
    part(name);
    *this << "(";
    list(node.operands);
    *this << ")";
    end_call();
}

}  // namespace strata::dal::detail
