#include "detail/op_traits.hpp"

#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>

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

constexpr OpTraits value(Op op, WriteNode write, std::string_view spelling = {}) {
    return {.op = op, .place = Place::value, .spelling = spelling, .write = write};
}
constexpr OpTraits operation(Op op, unsigned operands, int precedence, WriteNode write,
                             std::string_view spelling = {}) {
    return {.op = op,
            .place = Place::expression,
            .operands = operands,
            .precedence = precedence,
            .spelling = spelling,
            .write = write};
}
/// Takes as many operands more as its token's number says.
constexpr OpTraits counted(Op op, unsigned operands, int precedence, WriteNode write, std::string_view spelling = {}) {
    OpTraits traits = operation(op, operands, precedence, write, spelling);
    traits.counted = true;
    return traits;
}
constexpr OpTraits chain(Op op, unsigned operands, int precedence, WriteNode write, std::string_view spelling) {
    OpTraits traits = operation(op, operands, precedence, write, spelling);
    traits.place = Place::chain;
    return traits;
}
constexpr OpTraits clause(Op op, Clause clause, unsigned operands, bool alias = false) {
    return {.op = op, .place = Place::clause, .operands = operands, .clause = clause, .alias = alias};
}
constexpr OpTraits statement(Op op, Verb verb, bool alias = false) {
    return {.op = op, .place = Place::statement, .verb = verb, .alias = alias};
}

/// One row for each Op, in their order.
constexpr OpTraits table[] = {
    value(Op::column, written<&SqlWriter::source_column>),
    {.op = Op::alias_column, .place = Place::value, .write = written<&SqlWriter::source_column>, .alias = true},
    value(Op::parameter, compiled<&QueryCompiler::parameter>),
    value(Op::null, written<&SqlWriter::word>, "NULL"),
    value(Op::constant, written<&SqlWriter::constant>),
    value(Op::count_all, written<&SqlWriter::word>, "count(*)"),
    operation(Op::is_null, 1, precedence::comparison, written<&SqlWriter::suffix>, "IS NULL"),
    operation(Op::is_not_null, 1, precedence::comparison, written<&SqlWriter::suffix>, "IS NOT NULL"),
    operation(Op::logical_not, 1, precedence::logical_not, written<&SqlWriter::prefix>, "NOT"),
    operation(Op::negate, 1, precedence::unary, written<&SqlWriter::negate>, "-"),
    operation(Op::lower, 1, precedence::primary, written<&SqlWriter::call>, "lower"),
    operation(Op::upper, 1, precedence::primary, written<&SqlWriter::call>, "upper"),
    operation(Op::length, 1, precedence::primary, written<&SqlWriter::call>, "length"),
    operation(Op::absolute, 1, precedence::primary, written<&SqlWriter::absolute>, "abs"),
    operation(Op::count, 1, precedence::primary, written<&SqlWriter::call>, "count"),
    operation(Op::count_distinct, 1, precedence::primary, written<&SqlWriter::count_distinct>, "count"),
    operation(Op::sum, 1, precedence::primary, compiled<&QueryCompiler::aggregate>, "sum"),
    operation(Op::average, 1, precedence::primary, compiled<&QueryCompiler::aggregate>, "avg"),
    operation(Op::minimum, 1, precedence::primary, compiled<&QueryCompiler::aggregate>, "min"),
    operation(Op::maximum, 1, precedence::primary, compiled<&QueryCompiler::aggregate>, "max"),
    operation(Op::cast, 1, precedence::primary, compiled<&QueryCompiler::cast>),
    operation(Op::extract, 1, precedence::primary, compiled<&QueryCompiler::extract>),
    operation(Op::equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, "="),
    operation(Op::not_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, "<>"),
    operation(Op::less, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, "<"),
    operation(Op::less_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, "<="),
    operation(Op::greater, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, ">"),
    operation(Op::greater_equal, 2, precedence::comparison, compiled<&QueryCompiler::comparison>, ">="),
    chain(Op::logical_and, 2, precedence::logical_and, written<&SqlWriter::chained>, "AND"),
    chain(Op::logical_or, 2, precedence::logical_or, written<&SqlWriter::chained>, "OR"),
    operation(Op::add, 2, precedence::sum, written<&SqlWriter::arithmetic>, "+"),
    operation(Op::subtract, 2, precedence::sum, written<&SqlWriter::arithmetic>, "-"),
    operation(Op::multiply, 2, precedence::product, written<&SqlWriter::arithmetic>, "*"),
    operation(Op::divide, 2, precedence::product, compiled<&QueryCompiler::divide>, "/"),
    operation(Op::modulo, 2, precedence::product, compiled<&QueryCompiler::divide>, "%"),
    operation(Op::concatenate, 2, precedence::other, written<&SqlWriter::infix>, "||"),
    operation(Op::like, 2, precedence::comparison, compiled<&QueryCompiler::like>),
    operation(Op::like_folded, 2, precedence::comparison, compiled<&QueryCompiler::like>),
    operation(Op::in_array, 2, precedence::comparison, compiled<&QueryCompiler::in_array>),
    operation(Op::in_query, 2, precedence::comparison, written<&SqlWriter::in_query>),
    counted(Op::in_list, 1, precedence::comparison, written<&SqlWriter::in_list>),
    operation(Op::between, 3, precedence::comparison, compiled<&QueryCompiler::between>),
    counted(Op::coalesce, 0, precedence::primary, written<&SqlWriter::call>, "coalesce"),
    operation(Op::when, 3, precedence::primary, written<&SqlWriter::when>),
    operation(Op::substring, 3, precedence::primary, compiled<&QueryCompiler::substring>, "substr"),
    operation(Op::exists, 1, precedence::primary, written<&SqlWriter::prefix>, "EXISTS"),
    {.op = Op::query_begin, .place = Place::query_begin},
    {.op = Op::query_end, .place = Place::query_end, .write = written<&SqlWriter::subquery>},
    clause(Op::select_item, Clause::item, 1),
    clause(Op::select_row, Clause::row, 0),
    clause(Op::select_alias_row, Clause::row, 0, true),
    clause(Op::distinct, Clause::distinct, 0),
    clause(Op::from, Clause::from, 0),
    clause(Op::from_alias, Clause::from, 0, true),
    clause(Op::join, Clause::join, 1),
    clause(Op::join_alias, Clause::join, 1, true),
    clause(Op::where, Clause::where, 1),
    clause(Op::group_by, Clause::group_by, 1),
    clause(Op::having, Clause::having, 1),
    clause(Op::order_by, Clause::order_by, 1),
    {.op = Op::limit, .place = Place::clause, .operands = 1, .clause = Clause::limit, .verb = Verb::query},
    clause(Op::offset, Clause::offset, 1),
    clause(Op::assign, Clause::assign, 1),
    statement(Op::rows_of, Verb::rows_of),
    statement(Op::rows_of_alias, Verb::rows_of, true),
    statement(Op::count_of, Verb::count_of),
    statement(Op::count_of_alias, Verb::count_of, true),
    statement(Op::exists_in, Verb::exists_in),
    statement(Op::exists_in_alias, Verb::exists_in, true),
    statement(Op::update, Verb::update),
    statement(Op::remove, Verb::remove),
    statement(Op::insert_values, Verb::insert_values),
    statement(Op::insert_row, Verb::insert_row),
    statement(Op::update_row, Verb::update_row),
    statement(Op::remove_row, Verb::remove_row),
    statement(Op::get_row, Verb::get_row),
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

}  // namespace strata::dal::detail
