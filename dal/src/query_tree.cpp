#include "detail/query_tree.hpp"

#include <algorithm>

namespace strata::dal::detail {

using core::Op;
using core::Token;

TableRef table_of(const Token& token) {
    switch (token.op) {
        case Op::alias_column:
        case Op::select_alias_row:
        case Op::from_alias:
        case Op::join_alias:
        case Op::rows_of_alias:
        case Op::count_of_alias:
        case Op::exists_in_alias: {
            const auto& alias = *static_cast<const core::AliasInfo*>(token.object);
            return {alias.table, alias.name};
        }
        default:
            return {static_cast<const core::TableInfo*>(token.object), nullptr};
    }
}

const core::ColumnInfo* column_of(const Node& node) {
    if (node.token.op != Op::column && node.token.op != Op::alias_column) return nullptr;
    return &table_of(node.token).table->column(static_cast<int>(node.token.number));
}

const core::ColumnFacts* facts_of(const Node& node) {
    if (column_of(node) == nullptr) return nullptr;
    return &table_of(node.token).table->facts().columns[node.token.number];
}

bool Select::outer(const TableRef& table) const {
    return std::ranges::any_of(
        joins, [&](const Join& join) { return join.kind == core::JoinKind::left && join.table == table; });
}

QueryTree::QueryTree(std::span<const Token> tokens) {
    open_.push_back(&selects_.emplace_back());
    for (const Token& token : tokens) read(token);
}

Node* QueryTree::make(const Token& token) { return &nodes_.emplace_back(Node{token, 0, {}, nullptr}); }

Node* QueryTree::take() {
    Node* const top = stack_.back();
    stack_.pop_back();
    return top;
}

void QueryTree::combine(const Token& token, std::size_t operands) {
    Node* const node = make(token);
    node->operands.assign(stack_.end() - static_cast<std::ptrdiff_t>(operands), stack_.end());
    stack_.resize(stack_.size() - operands);
    stack_.push_back(node);
}

/// `a AND b AND c` as one node, however it was put together.
void QueryTree::chain(const Token& token) {
    Node* const right = take();
    Node* left = take();
    if (left->token.op != token.op) {
        Node* const node = make(token);
        node->operands.push_back(left);
        left = node;
    }
    if (right->token.op == token.op) {
        left->operands.insert(left->operands.end(), right->operands.begin(), right->operands.end());
    } else {
        left->operands.push_back(right);
    }
    stack_.push_back(left);
}

void QueryTree::read(const Token& token) {
    switch (token.op) {
        case Op::parameter:
            stack_.push_back(make(token));
            stack_.back()->parameter = ++parameters_;
            return;
        case Op::column:
        case Op::alias_column:
        case Op::null:
        case Op::constant:
        case Op::count_all:
            stack_.push_back(make(token));
            return;
        case Op::is_null:
        case Op::is_not_null:
        case Op::logical_not:
        case Op::negate:
        case Op::lower:
        case Op::upper:
        case Op::length:
        case Op::absolute:
        case Op::count:
        case Op::count_distinct:
        case Op::sum:
        case Op::average:
        case Op::minimum:
        case Op::maximum:
        case Op::cast:
        case Op::extract:
        case Op::exists:
            combine(token, 1);
            return;
        case Op::logical_and:
        case Op::logical_or:
            chain(token);
            return;
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::add:
        case Op::subtract:
        case Op::multiply:
        case Op::divide:
        case Op::modulo:
        case Op::concatenate:
        case Op::like:
        case Op::like_folded:
        case Op::in_array:
        case Op::in_query:
            combine(token, 2);
            return;
        case Op::between:
        case Op::when:
        case Op::substring:
            combine(token, 3);
            return;
        case Op::in_list:
            combine(token, std::size_t{token.number} + 1);
            return;
        case Op::coalesce:
            combine(token, token.number);
            return;
        case Op::query_begin:
            open_.push_back(&selects_.emplace_back());
            return;
        case Op::query_end: {
            Node* const node = make(token);
            node->query = open_.back();
            open_.pop_back();
            stack_.push_back(node);
            return;
        }
        case Op::distinct:
        case Op::select_row:
        case Op::select_alias_row:
        case Op::from:
        case Op::from_alias:
            clause(token, nullptr);
            return;
        case Op::join:
        case Op::join_alias:
            clause(token, static_cast<core::JoinKind>(token.flags) == core::JoinKind::cross ? nullptr : take());
            return;
        case Op::select_item:
        case Op::where:
        case Op::group_by:
        case Op::having:
        case Op::order_by:
        case Op::limit:
        case Op::offset:
        case Op::assign:
            clause(token, take());
            return;
        default:
            return;  // the statement itself, which the compiler reads
    }
}

void QueryTree::clause(const Token& token, Node* operand) {
    Select& select = *open_.back();
    const auto with_operand = [&] {
        Node* const node = make(token);
        node->operands.push_back(operand);
        return node;
    };
    switch (token.op) {
        case Op::distinct:
            select.distinct = true;
            return;
        case Op::select_row:
        case Op::select_alias_row:
            select.items.push_back(make(token));
            return;
        case Op::from:
        case Op::from_alias:
            select.from = table_of(token);
            return;
        case Op::join:
        case Op::join_alias:
            select.joins.push_back({table_of(token), static_cast<core::JoinKind>(token.flags), operand});
            return;
        case Op::select_item:
            select.items.push_back(operand);
            return;
        case Op::where:
            select.where.push_back(operand);
            return;
        case Op::group_by:
            select.group_by.push_back(operand);
            return;
        case Op::having:
            select.having.push_back(operand);
            return;
        case Op::limit:
            select.limits.push_back(operand);
            return;
        case Op::offset:
            select.offsets.push_back(operand);
            return;
        case Op::order_by:
            select.order_by.push_back(with_operand());
            return;
        case Op::assign:
            select.assignments.push_back(with_operand());
            return;
        default:
            return;
    }
}

}  // namespace strata::dal::detail
