#include "detail/bound_values.hpp"

#include "detail/checks.hpp"

namespace strata::dal::detail {

using core::Token;

namespace {

bool binds(const Token& token) { return token.op == core::Op::parameter && (token.flags & core::parameter_again) == 0; }

}  // namespace

bool is_equal(const core::TypeInfo& type, const core::Value& left, const core::Value& right) {
    core::Fragment both;
    both.bind(type, left, {});
    both.bind(type, right, {});
    return both.with_shared_values().value_count() == 1;
}

BoundValues::BoundValues(const Request& request, const QueryCompiler& compiler) {
    const core::Fragment& fragment = request.fragment;
    bool patterns = false;
    bool decimals = false;
    for (std::size_t i = 0; i < fragment.value_count(); ++i) {
        values_.push_back(fragment.value(i));
        patterns = patterns || fragment.form(i) != core::Form::plain;
        decimals = decimals || values_[i].kind() == core::Value::Kind::numeric ||
                   values_[i].kind() == core::Value::Kind::array;
    }
    if (patterns) translate(fragment, compiler);
    if (decimals || !reads(request.verb) || has_writing(fragment)) fit(fragment);
}

void BoundValues::translate(const core::Fragment& fragment, const QueryCompiler& compiler) {
    std::size_t value = 0;
    for (const Token& token : fragment.tokens()) {
        if (!binds(token)) continue;
        if (fragment.form(value) != core::Form::plain) {
            const bool folded = (token.flags & core::parameter_folded) != 0;
            values_[value] = core::Value::text(
                scratch_.keep(compiler.pattern(values_[value].chars(), fragment.form(value), folded)));
        }
        ++value;
    }
}

/// Gives values the form of the columns that they are bound for.
void BoundValues::fit(const core::Fragment& fragment) {
    std::size_t value = 0;
    for (const Token& token : fragment.tokens()) {
        if (!binds(token)) continue;
        core::Value& bound = values_[value++];
        if ((token.flags & core::parameter_of_column) == 0) continue;
        const core::TableInfo& table = *fragment.descriptors()[token.object - 1U].source->table;
        if ((token.flags & core::parameter_assigned) != 0) {
            bound = checked_value(table, token.number, bound, scratch_);
            continue;
        }
        const core::ColumnFacts& facts = table.facts().columns[token.number];
        if (bound.kind() == core::Value::Kind::array) bound = comparable_decimals(facts, bound, scratch_);
        if (bound.kind() == core::Value::Kind::numeric) bound = comparable_decimal(facts, bound, scratch_);
    }
}

}  // namespace strata::dal::detail
