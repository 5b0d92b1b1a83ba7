#include "sqlite/token_reader.hpp"

#include <strata/core/error.hpp>

namespace strata::schema::detail::sqlite {

std::string upper(std::string_view word) {
    std::string text(word);
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

TokenReader::TokenReader(std::string_view sql, std::string_view what)
    : sql_(sql), what_(what), tokens_(tokenize(sql)) {}

bool TokenReader::is(std::string_view text, std::size_t ahead) const {
    if (at_ + ahead >= tokens_.size()) return false;
    const Token& token = tokens_[at_ + ahead];
    return (token.kind == TokenKind::word || token.kind == TokenKind::symbol) && same_name(token.span.of(sql_), text);
}

bool TokenReader::is_name() const {
    if (at_end()) return false;
    const TokenKind kind = tokens_[at_].kind;
    return kind == TokenKind::word || kind == TokenKind::quoted_identifier || kind == TokenKind::string;
}

Span TokenReader::peek() const { return at_end() ? Span{sql_.size(), sql_.size()} : tokens_[at_].span; }

Span TokenReader::next() {
    if (at_end()) fail("more");
    return tokens_[at_++].span;
}

std::size_t TokenReader::previous_end() const { return at_ == 0 ? 0 : tokens_[at_ - 1].span.end; }

bool TokenReader::accept(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
}

Span TokenReader::expect(std::string_view text) {
    if (!is(text)) fail(text);
    return next();
}

void TokenReader::expect_end() {
    if (!at_end()) fail("the end");
}

std::string TokenReader::name(Span& span) {
    if (!is_name()) fail("a name");
    span = next();
    return identifier(span.of(sql_));
}

std::string TokenReader::qualified_name(Span& span) {
    std::string text = name(span);
    return accept(".") ? name(span) : text;
}

void TokenReader::names(std::vector<std::string>& names, std::vector<Span>& spans) {
    expect("(");
    do {
        Span span;
        names.push_back(name(span));
        spans.push_back(span);
        // SQLite accepts and ignores this old spelling in a foreign key's column list.
        if (accept("COLLATE")) next();
        if (!accept("ASC")) accept("DESC");
    } while (accept(","));
    expect(")");
}

Span TokenReader::parenthesised() {
    expect("(");
    const std::size_t first = at_;
    for (int depth = 1;;) {
        if (is("(")) ++depth;
        if (is(")") && --depth == 0) break;
        next();
    }
    const std::size_t last = at_;
    const std::size_t close = next().begin;
    if (first == last) return {close, close};
    return {tokens_[first].span.begin, tokens_[last - 1].span.end};
}

std::vector<IndexedColumn> TokenReader::indexed_columns() {
    std::vector<IndexedColumn> columns;
    saw_autoincrement_ = false;
    expect("(");
    do columns.push_back(indexed_column());
    while (accept(","));
    saw_autoincrement_ = accept("AUTOINCREMENT");
    expect(")");
    return columns;
}

IndexedColumn TokenReader::indexed_column() {
    IndexedColumn element;
    const std::size_t first = at_;
    int depth = 0;
    for (; !at_end(); ++at_) {
        if (depth == 0 && (is(",") || is(")") || is("ASC") || is("DESC") || is("NULLS") || is("AUTOINCREMENT"))) break;
        if (is("(")) ++depth;
        if (is(")")) --depth;
    }
    if (at_ == first) fail("an indexed column");
    element.expression = {tokens_[first].span.begin, tokens_[at_ - 1].span.end};
    std::size_t count = at_ - first;
    if (count >= 3 && same_name(tokens_[at_ - 2].span.of(sql_), "COLLATE") &&
        tokens_[at_ - 2].kind == TokenKind::word) {
        element.collate = identifier(tokens_[at_ - 1].span.of(sql_));
        count -= 2;
    }
    if (count == 1 && tokens_[first].kind != TokenKind::number) {
        element.column = identifier(tokens_[first].span.of(sql_));
    }
    if (!accept("ASC")) element.descending = accept("DESC");
    if (accept("NULLS")) next();
    element.span = {tokens_[first].span.begin, previous_end()};
    return element;
}

Span TokenReader::rest() {
    Span span{peek().begin, peek().begin};
    while (!at_end() && !(is(";") && at_ + 1 == tokens_.size())) span.end = next().end;
    return span;
}

void TokenReader::fail(std::string_view wanted) const {
    std::string message = "cannot read the stored " + std::string(what_) + " at byte " +
                          std::to_string(peek().begin + 1) + ": expected " + std::string(wanted);
    const bool literal = !at_end() && (tokens_[at_].kind == TokenKind::string || tokens_[at_].kind == TokenKind::blob);
    message += at_end()  ? ", found the end"
               : literal ? ", found a literal"
                         : ", found " + std::string(tokens_[at_].span.of(sql_));
    throw UsageError(message);
}

}  // namespace strata::schema::detail::sqlite
