#include "detail/bound_values.hpp"

#include "detail/checks.hpp"

namespace strata::dal::detail {

using core::Op;
using core::Token;

namespace {

/// Whether the parameter is the list of `x IN (...)` with decimals.
bool is_decimal_list(const Token& parameter, const Token& after) {
    return after.op == Op::in_array &&
           static_cast<const core::TypeInfo*>(parameter.object)->kind == core::TypeKind::numeric;
}

}  // namespace

BoundValues::BoundValues(const Statement& statement, const QueryCompiler& compiler) {
    const core::Fragment& fragment = statement.fragment;
    bool patterns = false;
    bool decimals = false;
    for (std::size_t i = 0; i < fragment.value_count(); ++i) {
        values_.push_back(fragment.value(i));
        patterns = patterns || fragment.form(i) != core::Form::plain;
        decimals = decimals || values_[i].kind() == core::Value::Kind::numeric ||
                   values_[i].kind() == core::Value::Kind::array;
    }
    if (patterns) translate(fragment, compiler);
    const bool writes = statement.verb.op == Op::update || statement.verb.op == Op::insert_values;
    if (decimals || writes) fit_columns(fragment);
}

void BoundValues::translate(const core::Fragment& fragment, const QueryCompiler& compiler) {
    std::size_t value = 0;
    for (std::size_t i = 0; i < fragment.tokens().size(); ++i) {
        if (fragment.tokens()[i].op != Op::parameter) continue;
        if (fragment.form(value) != core::Form::plain) {
            const bool folded = fragment.tokens()[i + 1].op == Op::like_folded;
            values_[value] = core::Value::text(
                scratch_.keep(compiler.pattern(values_[value].chars(), fragment.form(value), folded)));
        }
        ++value;
    }
}

void BoundValues::fit_columns(const core::Fragment& fragment) {
    const auto& tokens = fragment.tokens();
    std::size_t value = 0;
    const Token* column = nullptr;  // a column that only parameters follow
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.op == Op::column || token.op == Op::alias_column) {
            column = &token;
        } else if (token.op == Op::parameter) {
            core::Value& bound = values_[value++];
            if (i + 1 < tokens.size() && tokens[i + 1].op == Op::assign) {
                const Token& target = tokens[i + 1];
                bound = checked_value(*table_of(target).table, static_cast<int>(target.number), bound, scratch_);
            } else if (column != nullptr && bound.kind() == core::Value::Kind::numeric) {
                const core::ColumnFacts& facts = table_of(*column).table->facts().columns[column->number];
                bound = comparable_decimal(facts, bound, scratch_);
            } else if (column != nullptr && i + 1 < tokens.size() && is_decimal_list(token, tokens[i + 1])) {
                const core::ColumnFacts& facts = table_of(*column).table->facts().columns[column->number];
                bound = comparable_decimals(facts, bound, scratch_);
            }
        } else {
            column = nullptr;
        }
    }
}

}  // namespace strata::dal::detail
