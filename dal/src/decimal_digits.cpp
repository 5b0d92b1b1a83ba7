#include "detail/decimal_digits.hpp"

#include <strata/dal/detail/function.hpp>

namespace strata::dal::detail {

using core::Op;

std::optional<std::string> digits_of(const Node& node, const DigitWords& words) {
    if (node.type.scale) return std::to_string(*node.type.scale);
    if (node.token.op == Op::parameter && node.type.kind == core::TypeKind::numeric)
        return std::string(words.before_parameter) + std::to_string(node.parameter) +
               std::string(words.after_parameter);
    if (passes_type(node.token.op)) return digits_of(*node.operands[0], words);
    const bool function = node.token.op == Op::function;
    if (function && node.token.flags == static_cast<unsigned>(Function::round)) {
        if (node.operands[1]->token.op != Op::parameter) return std::nullopt;
        return std::string(words.larger) + "(0, " + std::string(words.before_number) +
               std::to_string(node.operands[1]->parameter) + std::string(words.after_number) + ")";
    }
    const ScaleRule rule = scale_rule(node);
    if (rule == ScaleRule::unknown) return std::nullopt;
    const bool sum = rule == ScaleRule::sum;
    std::string text;
    for (const Node* const operand : values_of(node)) {
        const std::optional<std::string> digits = digits_of(*operand, words);
        if (!digits) return std::nullopt;
        if (text.empty()) {
            text = *digits;
        } else if (sum) {
            text += " + " + *digits;
        } else if (text != *digits) {
            text = std::string(words.larger) + "(" + text + ", " + *digits + ")";
        }
    }
    return text;
}

}  // namespace strata::dal::detail
