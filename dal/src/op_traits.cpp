#include "detail/op_traits.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

using core::Op;

OpTraits traits_of(Op op) {
    switch (op) {
        case Op::column:
            return {.place = Place::value};
        case Op::alias_column:
            return {.place = Place::value, .alias = true};
        case Op::parameter:
            return {.place = Place::value};
        case Op::null:
            return {.place = Place::value};
        case Op::constant:
            return {.place = Place::value};
        case Op::count_all:
            return {.place = Place::value};
        case Op::is_null:
            return {.place = Place::expression, .operands = 1, .precedence = precedence::comparison};
        case Op::is_not_null:
            return {.place = Place::expression, .operands = 1, .precedence = precedence::comparison};
        case Op::logical_not:
            return {.place = Place::expression, .operands = 1, .precedence = precedence::logical_not};
        case Op::negate:
            return {.place = Place::expression, .operands = 1, .precedence = precedence::unary};
        case Op::lower:
            return {.place = Place::expression, .operands = 1, .spelling = "lower"};
        case Op::upper:
            return {.place = Place::expression, .operands = 1, .spelling = "upper"};
        case Op::length:
            return {.place = Place::expression, .operands = 1, .spelling = "length"};
        case Op::absolute:
            return {.place = Place::expression, .operands = 1, .spelling = "abs"};
        case Op::count:
            return {.place = Place::expression, .operands = 1, .spelling = "count"};
        case Op::count_distinct:
            return {.place = Place::expression, .operands = 1, .spelling = "count"};
        case Op::sum:
            return {.place = Place::expression, .operands = 1, .spelling = "sum"};
        case Op::average:
            return {.place = Place::expression, .operands = 1, .spelling = "avg"};
        case Op::minimum:
            return {.place = Place::expression, .operands = 1, .spelling = "min"};
        case Op::maximum:
            return {.place = Place::expression, .operands = 1, .spelling = "max"};
        case Op::cast:
            return {.place = Place::expression, .operands = 1};
        case Op::extract:
            return {.place = Place::expression, .operands = 1};
        case Op::equal:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = "="};
        case Op::not_equal:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = "<>"};
        case Op::less:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = "<"};
        case Op::less_equal:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = "<="};
        case Op::greater:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = ">"};
        case Op::greater_equal:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison, .spelling = ">="};
        case Op::logical_and:
            return {.place = Place::chain, .operands = 2, .precedence = precedence::logical_and, .spelling = "AND"};
        case Op::logical_or:
            return {.place = Place::chain, .operands = 2, .precedence = precedence::logical_or, .spelling = "OR"};
        case Op::add:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::sum, .spelling = "+"};
        case Op::subtract:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::sum, .spelling = "-"};
        case Op::multiply:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::product, .spelling = "*"};
        case Op::divide:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::product, .spelling = "/"};
        case Op::modulo:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::product, .spelling = "%"};
        case Op::concatenate:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::other, .spelling = "||"};
        case Op::like:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison};
        case Op::like_folded:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison};
        case Op::in_array:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison};
        case Op::in_query:
            return {.place = Place::expression, .operands = 2, .precedence = precedence::comparison};
        case Op::in_list:
            return {.place = Place::expression, .operands = 1, .counted = true, .precedence = precedence::comparison};
        case Op::between:
            return {.place = Place::expression, .operands = 3, .precedence = precedence::comparison};
        case Op::coalesce:
            return {.place = Place::expression, .counted = true, .spelling = "coalesce"};
        case Op::when:
            return {.place = Place::expression, .operands = 3};
        case Op::substring:
            return {.place = Place::expression, .operands = 3, .spelling = "substr"};
        case Op::exists:
            return {.place = Place::expression, .operands = 1};
        case Op::query_begin:
            return {.place = Place::query_begin};
        case Op::query_end:
            return {.place = Place::query_end};
        case Op::select_item:
            return {.place = Place::clause, .operands = 1, .clause = Clause::item};
        case Op::select_row:
            return {.place = Place::clause, .clause = Clause::row};
        case Op::select_alias_row:
            return {.place = Place::clause, .clause = Clause::row, .alias = true};
        case Op::distinct:
            return {.place = Place::clause, .clause = Clause::distinct};
        case Op::from:
            return {.place = Place::clause, .clause = Clause::from};
        case Op::from_alias:
            return {.place = Place::clause, .clause = Clause::from, .alias = true};
        case Op::join:
            return {.place = Place::clause, .operands = 1, .clause = Clause::join};
        case Op::join_alias:
            return {.place = Place::clause, .operands = 1, .clause = Clause::join, .alias = true};
        case Op::where:
            return {.place = Place::clause, .operands = 1, .clause = Clause::where};
        case Op::group_by:
            return {.place = Place::clause, .operands = 1, .clause = Clause::group_by};
        case Op::having:
            return {.place = Place::clause, .operands = 1, .clause = Clause::having};
        case Op::order_by:
            return {.place = Place::clause, .operands = 1, .clause = Clause::order_by};
        case Op::limit:
            return {.place = Place::clause, .operands = 1, .clause = Clause::limit, .verb = Verb::query};
        case Op::offset:
            return {.place = Place::clause, .operands = 1, .clause = Clause::offset};
        case Op::assign:
            return {.place = Place::clause, .operands = 1, .clause = Clause::assign};
        case Op::rows_of:
            return {.place = Place::statement, .verb = Verb::rows_of};
        case Op::rows_of_alias:
            return {.place = Place::statement, .verb = Verb::rows_of, .alias = true};
        case Op::count_of:
            return {.place = Place::statement, .verb = Verb::count_of};
        case Op::count_of_alias:
            return {.place = Place::statement, .verb = Verb::count_of, .alias = true};
        case Op::exists_in:
            return {.place = Place::statement, .verb = Verb::exists_in};
        case Op::exists_in_alias:
            return {.place = Place::statement, .verb = Verb::exists_in, .alias = true};
        case Op::update:
            return {.place = Place::statement, .verb = Verb::update};
        case Op::remove:
            return {.place = Place::statement, .verb = Verb::remove};
        case Op::insert_values:
            return {.place = Place::statement, .verb = Verb::insert_values};
        case Op::insert_row:
            return {.place = Place::statement, .verb = Verb::insert_row};
        case Op::update_row:
            return {.place = Place::statement, .verb = Verb::update_row};
        case Op::remove_row:
            return {.place = Place::statement, .verb = Verb::remove_row};
        case Op::get_row:
            return {.place = Place::statement, .verb = Verb::get_row};
    }
    throw UsageError("a query holds a token that is not an operation");
}

}  // namespace strata::dal::detail
