#include "detail/query_tree.hpp"

#include <strata/dal/detail/function.hpp>

#include <algorithm>

namespace strata::dal::detail {

using core::Nulls;
using core::Op;
using core::TypeKind;

namespace {

bool is_integer(TypeKind kind) {
    return kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
}

/// The type on the token.
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

Nulls nulls_of(const Node& node) {
    const auto by_nulls = [](const Node* left, const Node* right) { return left->type.nulls < right->type.nulls; };
    const std::vector<const Node*> values = values_of(node);
    switch (traits_of(node.token.op).nulls) {
        case NullRule::never:
            return Nulls::never;
        case NullRule::at_any_time:
            return Nulls::maybe;
        case NullRule::branch:
            if (node.operands.size() % 2 == 0) return Nulls::maybe;  // no value of no condition
            [[fallthrough]];
        case NullRule::any_operand:
            return values.empty() ? Nulls::never : (*std::ranges::max_element(values, by_nulls))->type.nulls;
        case NullRule::every_operand:
            return values.empty() ? Nulls::maybe : (*std::ranges::min_element(values, by_nulls))->type.nulls;
    }
    return Nulls::maybe;
}

/// Whether operands with different digits make one value with the digits of any of them.
bool mixes(const Node& node) {
    const bool choice = traits_of(node.token.op).passes || node.token.op == Op::function;
    const std::vector<const Node*> values = values_of(node);
    return std::ranges::any_of(values, [&](const Node* const value) {
        return value->type.varies ||
               (choice && (!value->type.scale || value->type.scale != values.front()->type.scale));
    });
}

std::optional<int> scale_of(const Node& node) {
    const ScaleRule rule = scale_rule(node);
    if (rule == ScaleRule::unknown) return std::nullopt;
    int scale = 0;
    if (rule == ScaleRule::none) return scale;
    for (const Node* const operand : values_of(node)) {
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

std::vector<const Node*> values_of(const Node& node) {
    const bool branches = traits_of(node.token.op).nulls == NullRule::branch;
    std::vector<const Node*> values;
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
        const bool condition = branches && i % 2 == 0 && i + 1 < node.operands.size();
        if (!condition) values.push_back(node.operands[i]);
    }
    return values;
}

bool passes_type(Op op) { return op == Op::over || op == Op::collate || op == Op::filter || op == Op::aggregate_order; }

ScaleRule scale_rule(const Node& node) {
    if (node.token.op != Op::function) return traits_of(node.token.op).scale;
    switch (static_cast<Function>(node.token.flags)) {
        case Function::greatest:
        case Function::least:
            return ScaleRule::largest;
        case Function::ceiling:
        case Function::floor:
        case Function::truncate:
            return ScaleRule::none;
        default:
            return ScaleRule::unknown;
    }
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
                      .nulls = type.nullable ? Nulls::maybe : Nulls::never};
    if (is_integer(type.kind)) result.scale = 0;
    if (type.kind == TypeKind::numeric && facts.precision > 0) result.scale = facts.scale;
    return result;
}

ResultType common_type(const ResultType& left, const ResultType& right) {
    ResultType result = left;
    if (result.enumeration == nullptr) result.enumeration = right.enumeration;
    pass_form(result, right);
    result.nulls = std::max(left.nulls, right.nulls);
    result.varies = left.varies || right.varies || left.scale != right.scale;
    result.scale =
        left.scale && right.scale ? std::optional(std::max(*left.scale, *right.scale)) : std::optional<int>();
    return result;
}

ResultType result_type(const Node& node) {
    const OpTraits& traits = traits_of(node.token.op);
    if (node.token.op == Op::column) return column_type(*node.source, node.token.number);
    if (passes_type(node.token.op)) return node.operands[0]->type;
    ResultType result = node.token.op == Op::parameter ? parameter_type(node) : token_type(node);
    if (traits.condition) result.kind = TypeKind::boolean;
    result.nulls = nulls_of(node);
    if (node.token.op == Op::parameter) return result;
    if (node.token.op == Op::function && node.token.flags == static_cast<unsigned>(Function::null_if)) {
        result = node.operands[0]->type;
        result.nulls = Nulls::maybe;
        return result;
    }
    result.scale = scale_of(node);
    const ScaleRule rule = scale_rule(node);
    result.varies = (rule == ScaleRule::largest || rule == ScaleRule::sum) && mixes(node);
    if (!traits.passes) return result;
    for (const Node* const operand : values_of(node)) pass_form(result, operand->type);
    return result;
}

}  // namespace strata::dal::detail
