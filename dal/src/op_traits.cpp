#include "detail/op_traits.hpp"

#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/detail/function.hpp>

#include <iterator>

namespace strata::dal::detail {

using core::Op;

namespace {

/// The same SQL on both databases.
template <void (SqlWriter::*Write)(const Node&)>
void written(SqlWriter& out, const Node& node) {
    (out.*Write)(node);
}
/// SQL that depends on the database.
template <void (QueryCompiler::*Write)(SqlWriter&, const Node&) const>
void compiled(SqlWriter& out, const Node& node) {
    (out.compiler().*Write)(out, node);
}

constexpr OpTraits value(Op op, WriteNode write, NullRule nulls = NullRule::any_operand,
                         std::string_view spelling = {}) {
    return {.op = op, .place = Place::value, .spelling = spelling, .write = write, .nulls = nulls};
}
constexpr OpTraits function(Op op, unsigned operands, WriteNode write, NullRule nulls = NullRule::any_operand,
                            std::string_view spelling = {}) {
    return {.op = op,
            .place = Place::expression,
            .operands = operands,
            .spelling = spelling,
            .write = write,
            .nulls = nulls};
}
constexpr OpTraits condition(Op op, unsigned operands, int precedence, WriteNode write,
                             NullRule nulls = NullRule::any_operand, std::string_view spelling = {}) {
    OpTraits traits = function(op, operands, write, nulls, spelling);
    traits.precedence = precedence;
    traits.condition = true;
    return traits;
}
constexpr OpTraits chain(Op op, int precedence, std::string_view spelling) {
    OpTraits traits = condition(op, 2, precedence, written<&SqlWriter::chained>, NullRule::any_operand, spelling);
    traits.place = Place::chain;
    return traits;
}
/// An exact number of its operands.
constexpr OpTraits number(Op op, unsigned operands, int precedence, WriteNode write, std::string_view spelling,
                          ScaleRule scale = ScaleRule::largest) {
    OpTraits traits = function(op, operands, write, NullRule::any_operand, spelling);
    traits.precedence = precedence;
    traits.scale = scale;
    return traits;
}
/// NULL for a division by zero.
constexpr OpTraits division(Op op, std::string_view spelling) {
    OpTraits traits = function(op, 2, compiled<&QueryCompiler::divide>, NullRule::at_any_time, spelling);
    traits.precedence = precedence::product;
    return traits;
}
constexpr OpTraits aggregate(Op op, ScaleRule scale, std::string_view spelling) {
    OpTraits traits = function(op, 1, compiled<&QueryCompiler::aggregate>, NullRule::at_any_time, spelling);
    traits.scale = scale;
    traits.aggregate = true;
    return traits;
}
constexpr OpTraits counting(OpTraits traits) {
    traits.aggregate = true;
    return traits;
}
/// The value of one of its operands.
constexpr OpTraits choice(Op op, unsigned operands, WriteNode write, NullRule nulls, std::string_view spelling = {}) {
    OpTraits traits = function(op, operands, write, nulls, spelling);
    traits.scale = ScaleRule::largest;
    traits.passes = true;
    return traits;
}
/// Takes as many operands more as its token's number says.
constexpr OpTraits counted(OpTraits traits) {
    traits.counted = true;
    return traits;
}
constexpr OpTraits clause(Op op, Clause clause, unsigned operands) {
    return {.op = op, .place = Place::clause, .operands = operands, .clause = clause};
}

/// One row for each Op, in their order.
constexpr OpTraits table[] = {
    value(Op::column, written<&SqlWriter::source_column>),
    value(Op::parameter, compiled<&QueryCompiler::parameter>, NullRule::never),
    value(Op::null, compiled<&QueryCompiler::null>, NullRule::at_any_time, "NULL"),
    {.op = Op::truth,
     .place = Place::value,
     .spelling = "TRUE",
     .write = written<&SqlWriter::word>,
     .condition = true,
     .nulls = NullRule::never},
    value(Op::constant, written<&SqlWriter::constant>, NullRule::never),
    value(Op::table_value, written<&SqlWriter::table_value>),
    value(Op::result_column, written<&SqlWriter::result_column>),
    counting(value(Op::count_all, written<&SqlWriter::count_all>, NullRule::never, "count(*)")),
    condition(Op::is_null, 1, precedence::comparison, written<&SqlWriter::suffix>, NullRule::never, "IS NULL"),
    condition(Op::is_not_null, 1, precedence::comparison, written<&SqlWriter::suffix>, NullRule::never, "IS NOT NULL"),
    condition(Op::logical_not, 1, precedence::logical_not, written<&SqlWriter::prefix>, NullRule::any_operand, "NOT"),
    number(Op::negate, 1, precedence::unary, written<&SqlWriter::negate>, "-"),
    function(Op::lower, 1, written<&SqlWriter::call>, NullRule::any_operand, "lower"),
    function(Op::upper, 1, written<&SqlWriter::call>, NullRule::any_operand, "upper"),
    function(Op::length, 1, written<&SqlWriter::call>, NullRule::any_operand, "length"),
    number(Op::absolute, 1, precedence::primary, written<&SqlWriter::absolute>, "abs"),
    counting(function(Op::count, 1, written<&SqlWriter::count>, NullRule::never, "count")),
    counting(function(Op::count_distinct, 1, written<&SqlWriter::count>, NullRule::never, "count")),
    aggregate(Op::sum, ScaleRule::largest, "sum"),
    aggregate(Op::average, ScaleRule::unknown, "avg"),
    aggregate(Op::minimum, ScaleRule::largest, "min"),
    aggregate(Op::maximum, ScaleRule::largest, "max"),
    function(Op::cast, 1, compiled<&QueryCompiler::cast>),
    function(Op::extract, 1, compiled<&QueryCompiler::extract>),
    condition(Op::equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand, "="),
    condition(Op::not_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand,
              "<>"),
    condition(Op::less, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand, "<"),
    condition(Op::less_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand,
              "<="),
    condition(Op::greater, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand, ">"),
    condition(Op::greater_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::any_operand,
              ">="),
    chain(Op::logical_and, precedence::logical_and, "AND"),
    chain(Op::logical_or, precedence::logical_or, "OR"),
    number(Op::add, 2, precedence::sum, written<&SqlWriter::arithmetic>, "+"),
    number(Op::subtract, 2, precedence::sum, written<&SqlWriter::arithmetic>, "-"),
    number(Op::multiply, 2, precedence::product, written<&SqlWriter::arithmetic>, "*", ScaleRule::sum),
    division(Op::divide, "/"),
    division(Op::modulo, "%"),
    {.op = Op::concatenate,
     .place = Place::expression,
     .operands = 2,
     .precedence = precedence::other,
     .spelling = "||",
     .write = written<&SqlWriter::infix>},
    condition(Op::like, 2, precedence::comparison, compiled<&QueryCompiler::like>),
    condition(Op::like_folded, 2, precedence::comparison, compiled<&QueryCompiler::like>),
    condition(Op::in_array, 2, precedence::comparison, compiled<&QueryCompiler::in_array>),
    condition(Op::in_query, 2, precedence::comparison, written<&SqlWriter::in_query>, NullRule::at_any_time),
    counted(condition(Op::in_list, 1, precedence::comparison, written<&SqlWriter::in_list>)),
    condition(Op::between, 3, precedence::comparison, compiled<&QueryCompiler::between>),
    counted(choice(Op::coalesce, 0, written<&SqlWriter::call>, NullRule::every_operand, "coalesce")),
    counted(choice(Op::when, 0, compiled<&QueryCompiler::when>, NullRule::branch)),
    function(Op::substring, 3, compiled<&QueryCompiler::substring>, NullRule::any_operand, "substr"),
    condition(Op::exists, 1, precedence::primary, written<&SqlWriter::prefix>, NullRule::never, "EXISTS"),
    counted(choice(Op::window_call, 0, written<&SqlWriter::window_call>, NullRule::at_any_time)),
    counted(function(Op::over, 1, written<&SqlWriter::over>)),
    function(Op::window_partition, 1, nullptr),
    function(Op::window_order, 1, nullptr),
    function(Op::window_frame, 2, nullptr),
    counted(function(Op::grouping_form, 0, compiled<&QueryCompiler::grouping_form>)),
    counted(function(Op::grouping, 0, compiled<&QueryCompiler::grouping>, NullRule::never, "GROUPING")),
    {.op = Op::collate,
     .place = Place::expression,
     .operands = 1,
     .precedence = precedence::unary,
     .write = compiled<&QueryCompiler::collate>},
    counted(condition(Op::row_after, 0, precedence::comparison, compiled<&QueryCompiler::row_after>)),
    condition(Op::is_distinct, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::never,
              "IS DISTINCT FROM"),
    condition(Op::is_not_distinct, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, NullRule::never,
              "IS NOT DISTINCT FROM"),
    counted(function(Op::row, 0, written<&SqlWriter::row>)),
    condition(Op::in_rows, 2, precedence::comparison, compiled<&QueryCompiler::in_rows>),
    counting(function(Op::filter, 2, written<&SqlWriter::filter>, NullRule::at_any_time)),
    function(Op::aggregate_order, 1, compiled<&QueryCompiler::aggregate_order>),
    {.op = Op::text, .place = Place::text},
    counted(function(Op::raw, 0, written<&SqlWriter::raw>, NullRule::at_any_time)),
    counted(function(Op::named_function, 0, written<&SqlWriter::named_function>, NullRule::at_any_time)),
    counted(function(Op::function, 0, compiled<&QueryCompiler::function>, NullRule::at_any_time)),
    {.op = Op::query_begin, .place = Place::query_begin},
    {.op = Op::query_end,
     .place = Place::query_end,
     .write = written<&SqlWriter::subquery>,
     .nulls = NullRule::at_any_time,
     .passes = true},
    clause(Op::set_operation, Clause::set_operation, 2),
    counted(clause(Op::values_row, Clause::values_row, 0)),
    counted(clause(Op::function_rows, Clause::function_rows, 0)),
    clause(Op::with, Clause::with, 1),
    clause(Op::writing, Clause::writing, 0),
    clause(Op::select_item, Clause::item, 1),
    clause(Op::select_row, Clause::row, 0),
    clause(Op::distinct, Clause::distinct, 0),
    clause(Op::from, Clause::from, 0),
    clause(Op::join, Clause::join, 1),
    clause(Op::where, Clause::where, 1),
    clause(Op::group_by, Clause::group_by, 1),
    clause(Op::having, Clause::having, 1),
    clause(Op::order_by, Clause::order_by, 1),
    clause(Op::limit, Clause::limit, 1),
    clause(Op::offset, Clause::offset, 1),
    clause(Op::row_value, Clause::row_value, 0),
    clause(Op::conflict_target, Clause::conflict_target, 1),
    clause(Op::conflict_index, Clause::conflict_index, 1),
    clause(Op::conflict_action, Clause::conflict_action, 0),
    clause(Op::conflict_end, Clause::conflict_end, 0),
    clause(Op::conflict_where, Clause::conflict_where, 1),
    clause(Op::distinct_on, Clause::distinct_on, 1),
    counted(clause(Op::keyset, Clause::keyset, 0)),
    clause(Op::lock, Clause::lock, 0),
    clause(Op::source_filter, Clause::source_filter, 1),
    clause(Op::assign, Clause::assign, 1),
};

consteval bool is_complete() {
    for (std::size_t i = 0; i < std::size(table); ++i) {
        if (table[i].op != static_cast<Op>(i)) return false;
    }
    return std::size(table) == core::op_count;
}
static_assert(is_complete(), "each Op has a row, in the order of their declarations");

}  // namespace

const OpTraits& traits_of(Op op) {
    const auto index = static_cast<std::size_t>(op);
    if (index >= std::size(table)) throw UsageError("a query holds a token that is not an operation");
    return table[index];
}

bool is_aggregate(const core::Token& token) {
    const auto function = static_cast<Function>(token.flags);
    return traits_of(token.op).aggregate ||
           (token.op == core::Op::function && function >= Function::string_agg && function <= Function::variance);
}

}  // namespace strata::dal::detail
