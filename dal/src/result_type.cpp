#include "detail/query_tree.hpp"

#include <algorithm>

namespace strata::dal::detail {

using core::Nulls;
using core::Op;
using core::TypeKind;

namespace {

bool is_integer(TypeKind kind) {
    return kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
}

ResultType column_type(const core::SourceInfo& source, std::size_t index) {
    const core::TypeInfo& type = *source.table->column(static_cast<int>(index)).type;
    const core::ColumnFacts& facts = source.table->facts().columns[index];
    ResultType result{.kind = type.kind,
                      .enumeration = type.enumeration,
                      .element = type.element,
                      .stored = true,
                      .precision = facts.precision,
                      .scale = {},
                      .nulls = type.nullable ? Nulls::maybe : Nulls::outer};
    if (is_integer(type.kind)) result.scale = 0;
    if (type.kind == TypeKind::numeric && facts.precision > 0) result.scale = facts.scale;
    return result;
}

/// The type that stands on the token.
ResultType token_type(const Node& node) {
    ResultType result{.kind = node.token.type, .enumeration = nullptr, .element = nullptr, .scale = {}};
    if (node.described != nullptr) {
        result.enumeration = result.kind == TypeKind::array ? nullptr : node.described->enumeration;
        result.element = result.kind == TypeKind::array ? node.described : nullptr;
    }
    return result;
}

ResultType parameter_type(const Node& node) {
    ResultType result = token_type(node);
    if ((node.token.flags & core::parameter_of_column) != 0) {
        const core::TypeInfo& type = *node.source->table->column(node.token.number).type;
        result.enumeration = result.kind == TypeKind::enumeration ? type.enumeration : nullptr;
        if (result.kind == TypeKind::array) result.element = type.kind == TypeKind::array ? type.element : &type;
    }
    if (is_integer(result.kind)) result.scale = 0;
    return result;
}

/// The operands whose value an operation's result is or is made of.
std::span<Node* const> values_of(const Node& node) {
    const std::span<Node* const> all(node.operands);
    return traits_of(node.token.op).nulls == NullRule::branch ? all.subspan(1) : all;
}

Nulls nulls_of(const Node& node) {
    const auto by_nulls = [](const Node* left, const Node* right) { return left->type.nulls < right->type.nulls; };
    const std::span<Node* const> values = values_of(node);
    switch (traits_of(node.token.op).nulls) {
        case NullRule::never:
            return Nulls::never;
        case NullRule::at_any_time:
            return Nulls::maybe;
        case NullRule::any_operand:
        case NullRule::branch:
            return values.empty() ? Nulls::never : (*std::ranges::max_element(values, by_nulls))->type.nulls;
        case NullRule::every_operand:
            return values.empty() ? Nulls::maybe : (*std::ranges::min_element(values, by_nulls))->type.nulls;
    }
    return Nulls::maybe;
}

std::optional<int> scale_of(const Node& node) {
    const ScaleRule rule = traits_of(node.token.op).scale;
    if (rule == ScaleRule::unknown) return std::nullopt;
    int scale = 0;
    for (const Node* operand : values_of(node)) {
        if (!operand->type.scale) return std::nullopt;
        scale = rule == ScaleRule::sum ? scale + *operand->type.scale : std::max(scale, *operand->type.scale);
    }
    return scale;
}

/// The widest of the forms in which the value may be stored.
void pass_form(ResultType& result, const ResultType& operand) {
    if (!operand.stored || operand.kind != TypeKind::numeric) return;
    const bool wider =
        !result.stored || operand.precision == 0 || (result.precision != 0 && operand.precision > result.precision);
    if (wider) result.precision = operand.precision;
    result.stored = true;
}

}  // namespace

ResultType result_type(const Node& node) {
    const OpTraits& traits = traits_of(node.token.op);
    if (node.token.op == Op::column) return column_type(*node.source, node.token.number);
    ResultType result = node.token.op == Op::parameter ? parameter_type(node) : token_type(node);
    if (traits.condition) result.kind = TypeKind::boolean;
    result.nulls = nulls_of(node);
    if (node.token.op == Op::parameter) return result;
    result.scale = scale_of(node);
    if (!traits.passes) return result;
    for (const Node* operand : values_of(node)) pass_form(result, operand->type);
    return result;
}

}  // namespace strata::dal::detail
