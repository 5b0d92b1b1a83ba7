#pragma once

#include <strata/core/fragment.hpp>

#include <string_view>

namespace strata::dal::detail {

class SqlWriter;
struct Node;

/// How tightly an operator binds; an operand that binds less tightly than its place requires is put in parentheses.
namespace precedence {
inline constexpr int lowest = 0;
inline constexpr int logical_or = 1;
inline constexpr int logical_and = 2;
inline constexpr int logical_not = 3;
inline constexpr int comparison = 4;
inline constexpr int other = 5;  ///< concatenation
inline constexpr int sum = 6;
inline constexpr int product = 7;
inline constexpr int unary = 8;
inline constexpr int primary = 9;
}  // namespace precedence

/// How a token combines the tokens before it.
enum class Place : unsigned char {
    value,        ///< an operand by itself
    expression,   ///< takes operands and is an expression
    chain,        ///< the same, flattened: a AND b AND c
    query_begin,  ///< the start of an operand that is a query
    query_end,
    clause,
    text,  ///< a part of the text of the operation that follows
};

/// Which clause of its query a token belongs to.
enum class Clause : unsigned char {
    none,
    distinct,
    row,
    item,
    from,
    join,
    set_operation,
    values_row,
    function_rows,
    with,
    writing,
    where,
    group_by,
    having,
    order_by,
    limit,
    offset,
    row_value,
    conflict_target,
    conflict_index,
    conflict_action,
    conflict_end,
    conflict_where,
    distinct_on,
    keyset,
    lock,
    source_filter,
    assign,
};

/// When an operation's result is NULL.
enum class NullRule : unsigned char {
    any_operand,  ///< when one of its operands is
    every_operand,
    branch,  ///< when the branch that is taken is
    never,
    at_any_time,
};

/// The digits after the point of an operation's exact result.
enum class ScaleRule : unsigned char { unknown, none, largest, sum };

/// Writes an expression's SQL.
using WriteNode = void (*)(SqlWriter& out, const Node& node);

/// What there is to know of an operation.
struct OpTraits {
    core::Op op;
    Place place;
    unsigned operands = 0;                 ///< how many it takes from the tokens before it
    bool counted = false;                  ///< and as many more as the token's number says
    int precedence = precedence::primary;  ///< of an expression
    std::string_view spelling = {};        ///< of an operator or a function, the same on both databases
    WriteNode write = nullptr;             ///< of an expression
    bool condition = false;                ///< the result is a boolean; otherwise its type is on the token
    NullRule nulls = NullRule::any_operand;
    ScaleRule scale = ScaleRule::unknown;
    bool passes = false;  ///< the result is the value of one of its operands, in the form in which that is stored
    Clause clause = Clause::none;
    bool aggregate = false;  ///< one value of many rows
};

/// The row of an operation in the one table that describes them all.
[[nodiscard]] const OpTraits& traits_of(core::Op op);
/// How many operands a token takes from those before it.
[[nodiscard]] inline std::size_t operand_count(const core::Token& token) {
    const OpTraits& traits = traits_of(token.op);
    return traits.operands + (traits.counted ? std::size_t{token.number} : 0);
}

/// Whether an operation takes one value of many rows.
[[nodiscard]] bool is_aggregate(const core::Token& token);

}  // namespace strata::dal::detail
