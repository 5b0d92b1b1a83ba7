#include "detail/query_tree.hpp"

#include <algorithm>

namespace strata::dal::detail {

using core::Op;
using core::Token;

TableRef table_of(const Token& token) {
    if (traits_of(token.op).alias) {
        const auto& alias = *static_cast<const core::AliasInfo*>(token.object);
        return {alias.table, alias.name};
    }
    return {static_cast<const core::TableInfo*>(token.object), nullptr};
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

/// Makes one node of `a AND b AND c`, in whatever way it was combined.
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
    const OpTraits& traits = traits_of(token.op);
    switch (traits.place) {
        case Place::value:
            stack_.push_back(make(token));
            if (token.op == Op::parameter) stack_.back()->parameter = ++parameters_;
            break;
        case Place::expression:
            combine(token, traits.operands + (traits.counted ? std::size_t{token.number} : 0));
            break;
        case Place::chain:
            chain(token);
            break;
        case Place::query_begin:
            open_.push_back(&selects_.emplace_back());
            break;
        case Place::query_end: {
            Node* const node = make(token);
            node->query = open_.back();
            open_.pop_back();
            stack_.push_back(node);
            break;
        }
        case Place::clause: {
            const bool cross =
                traits.clause == Clause::join && static_cast<core::JoinKind>(token.flags) == core::JoinKind::cross;
            clause(token, traits.clause, traits.operands == 0 || cross ? nullptr : take());
            break;
        }
        case Place::statement:
            break;  // the compiler reads it
    }
}

void QueryTree::clause(const Token& token, Clause clause, Node* operand) {
    Select& select = *open_.back();
    const auto with_operand = [&] {
        Node* const node = make(token);
        node->operands.push_back(operand);
        return node;
    };
    switch (clause) {
        case Clause::none:
            break;
        case Clause::distinct:
            select.distinct = true;
            break;
        case Clause::row:
            select.items.push_back(make(token));
            break;
        case Clause::item:
            select.items.push_back(operand);
            break;
        case Clause::from:
            select.from = table_of(token);
            break;
        case Clause::join:
            select.joins.push_back({table_of(token), static_cast<core::JoinKind>(token.flags), operand});
            break;
        case Clause::where:
            select.where.push_back(operand);
            break;
        case Clause::group_by:
            select.group_by.push_back(operand);
            break;
        case Clause::having:
            select.having.push_back(operand);
            break;
        case Clause::limit:
            select.limits.push_back(operand);
            break;
        case Clause::offset:
            select.offsets.push_back(operand);
            break;
        case Clause::order_by:
            select.order_by.push_back(with_operand());
            break;
        case Clause::assign:
            select.assignments.push_back(with_operand());
            break;
    }
}

}  // namespace strata::dal::detail
