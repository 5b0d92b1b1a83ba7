#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

using core::Op;

namespace {

/// SQLite's parser refuses expressions deeper than 1000, and a flat chain is as deep as it is long.
constexpr std::size_t longest_chain = 100;

}  // namespace

void SqlWriter::column(const TableRef& table, int index) {
    quote(table.alias != nullptr ? table.alias : table.table->name);
    *this << ".";
    quote(table.table->column(index).name);
}

int SqlWriter::precedence_of(const Node& node) {
    switch (node.token.op) {
        case Op::logical_or:
            return precedence::logical_or;
        case Op::logical_and:
            return precedence::logical_and;
        case Op::logical_not:
            return precedence::logical_not;
        case Op::is_null:
        case Op::is_not_null:
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::like:
        case Op::like_folded:
        case Op::in_array:
        case Op::in_query:
        case Op::in_list:
        case Op::between:
            return precedence::comparison;
        case Op::concatenate:
            return precedence::other;
        case Op::add:
        case Op::subtract:
            return precedence::sum;
        case Op::multiply:
        case Op::divide:
        case Op::modulo:
            return precedence::product;
        case Op::negate:
            return precedence::unary;
        default:
            return precedence::primary;
    }
}

void SqlWriter::expression(const Node& node, int least) {
    const bool enclosed = precedence_of(node) < least;
    if (enclosed) *this << "(";
    plain(node);
    if (enclosed) *this << ")";
}

void SqlWriter::binary(const Node& node, std::string_view op, int precedence) {
    // The right side one step tighter, since a - (b - c) is not a - b - c.
    compiler_.number(*this, *node.operands[0], precedence);
    *this << " " << op << " ";
    compiler_.number(*this, *node.operands[1], precedence + 1);
}

void SqlWriter::call(std::string_view function, const Node& node) {
    *this << function << "(";
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
        if (i > 0) *this << ", ";
        expression(*node.operands[i]);
    }
    *this << ")";
}

void SqlWriter::chain(std::span<Node* const> operands, std::string_view op, int precedence) {
    if (operands.size() > longest_chain) {
        const std::size_t half = operands.size() / 2;
        *this << "(";
        chain(operands.first(half), op, precedence);
        *this << ")" << op << "(";
        chain(operands.subspan(half), op, precedence);
        *this << ")";
        return;
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i > 0) *this << op;
        expression(*operands[i], precedence + 1);
    }
}

void SqlWriter::plain(const Node& node) {
    const auto operand = [&](std::size_t index) -> const Node& { return *node.operands[index]; };
    switch (node.token.op) {
        case Op::column:
        case Op::alias_column:
            column(table_of(node.token), static_cast<int>(node.token.number));
            return;
        case Op::parameter:
            compiler_.parameter(*this, node);
            return;
        case Op::null:
            *this << "NULL";
            return;
        case Op::constant:
            *this << static_cast<int>(node.token.number);
            return;
        case Op::count_all:
            *this << "count(*)";
            return;
        case Op::is_null:
            expression(operand(0), precedence::other);
            *this << " IS NULL";
            return;
        case Op::is_not_null:
            expression(operand(0), precedence::other);
            *this << " IS NOT NULL";
            return;
        case Op::logical_not:
            *this << "NOT ";
            expression(operand(0), precedence::primary);
            return;
        case Op::negate:
            *this << "-";
            compiler_.number(*this, operand(0), precedence::primary);
            return;
        case Op::lower:
            call("lower", node);
            return;
        case Op::upper:
            call("upper", node);
            return;
        case Op::length:
            call("length", node);
            return;
        case Op::coalesce:
            call("coalesce", node);
            return;
        case Op::absolute:
            *this << "abs(";
            compiler_.number(*this, operand(0), precedence::lowest);
            *this << ")";
            return;
        case Op::count:
            call("count", node);
            return;
        case Op::count_distinct:
            *this << "count(DISTINCT ";
            expression(operand(0));
            *this << ")";
            return;
        case Op::sum:
        case Op::average:
        case Op::minimum:
        case Op::maximum:
            compiler_.aggregate(*this, node);
            return;
        case Op::cast:
            compiler_.cast(*this, node);
            return;
        case Op::extract:
            compiler_.extract(*this, node);
            return;
        case Op::substring:
            compiler_.substring(*this, node);
            return;
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
            compiler_.comparison(*this, node);
            return;
        case Op::logical_and:
            chain(node.operands, " AND ", precedence::logical_and);
            return;
        case Op::logical_or:
            chain(node.operands, " OR ", precedence::logical_or);
            return;
        case Op::add:
            binary(node, "+", precedence::sum);
            return;
        case Op::subtract:
            binary(node, "-", precedence::sum);
            return;
        case Op::multiply:
            binary(node, "*", precedence::product);
            return;
        case Op::divide:
        case Op::modulo:
            compiler_.divide(*this, node);
            return;
        case Op::concatenate:
            expression(operand(0), precedence::other);
            *this << " || ";
            expression(operand(1), precedence::sum);
            return;
        case Op::like:
        case Op::like_folded:
            compiler_.like(*this, node);
            return;
        case Op::in_array:
            compiler_.in_array(*this, node);
            return;
        case Op::in_query:
            expression(operand(0), precedence::other);
            *this << (node.token.flags != 0 ? " NOT IN " : " IN ");
            expression(operand(1));
            return;
        case Op::in_list:
            if (node.operands.size() == 1) {
                *this << (node.token.flags != 0 ? "1 = 1" : "1 = 0");
            } else {
                compiler_.in_list(*this, node);
            }
            return;
        case Op::between:
            compiler_.between(*this, node);
            return;
        case Op::when:
            *this << "CASE WHEN ";
            expression(operand(0));
            *this << " THEN ";
            expression(operand(1));
            *this << " ELSE ";
            expression(operand(2));
            *this << " END";
            return;
        case Op::exists:
            *this << "EXISTS ";
            expression(operand(0));
            return;
        case Op::query_end:
            *this << "(";
            select(*node.query);
            *this << ")";
            return;
        default:
            throw UsageError("a query holds a token that is no expression");
    }
}

}  // namespace strata::dal::detail
