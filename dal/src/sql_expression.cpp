#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

using core::Op;

namespace {

/// SQLite's parser refuses expressions deeper than 1000, and to it a flat chain is as deep as it is long.
constexpr std::size_t longest_chain = 100;

}  // namespace

void SqlWriter::column(const TableRef& table, int index) {
    if (table.alias != nullptr)
        quote(table.alias);
    else
        reference(*table.table);
    *this << ".";
    quote(table.table->column(index).name);
}

void SqlWriter::expression(const Node& node, int least) {
    const bool enclosed = traits_of(node.token.op).precedence < least;
    if (enclosed) *this << "(";
    plain(node);
    if (enclosed) *this << ")";
}

void SqlWriter::binary(const Node& node) {
    const OpTraits traits = traits_of(node.token.op);
    // The right operand must bind more tightly, since a - (b - c) is not a - b - c.
    compiler_.number(*this, *node.operands[0], traits.precedence);
    *this << " " << traits.spelling << " ";
    compiler_.number(*this, *node.operands[1], traits.precedence + 1);
}

void SqlWriter::call(const Node& node) {
    *this << traits_of(node.token.op).spelling << "(";
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
        case Op::upper:
        case Op::length:
        case Op::coalesce:
        case Op::count:
            call(node);
            return;
        case Op::absolute:
            *this << "abs(";
            compiler_.number(*this, operand(0), precedence::lowest);
            *this << ")";
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
        case Op::subtract:
        case Op::multiply:
            binary(node);
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
        case Op::query_begin:
        case Op::select_item:
        case Op::select_row:
        case Op::select_alias_row:
        case Op::distinct:
        case Op::from:
        case Op::from_alias:
        case Op::join:
        case Op::join_alias:
        case Op::where:
        case Op::group_by:
        case Op::having:
        case Op::order_by:
        case Op::limit:
        case Op::offset:
        case Op::assign:
        case Op::rows_of:
        case Op::rows_of_alias:
        case Op::count_of:
        case Op::count_of_alias:
        case Op::exists_in:
        case Op::exists_in_alias:
        case Op::update:
        case Op::remove:
        case Op::insert_values:
        case Op::insert_row:
        case Op::update_row:
        case Op::remove_row:
        case Op::get_row:
            break;
    }
    throw UsageError("a query holds a token that is not an expression");
}

}  // namespace strata::dal::detail
