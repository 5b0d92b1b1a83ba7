#include "detail/query_tree.hpp"

#include <algorithm>

namespace strata::dal::detail {

using core::Op;
using core::Token;

const core::ColumnInfo* column_of(const Node& node) {
    if (node.token.op != Op::column || node.source->table == nullptr) return nullptr;
    return &node.source->table->column(node.token.number);
}

const core::ColumnFacts* facts_of(const Node& node) {
    if (column_of(node) == nullptr) return nullptr;
    return &node.source->table->facts().columns[node.token.number];
}

namespace {

/// Whether the source can be missing from rows of the query.
bool is_outer(const Query& query, const core::SourceInfo* source) {
    const auto* const select = std::get_if<Select>(&query.body);
    return select != nullptr && std::ranges::any_of(select->joins, [&](const Join& join) {
               return join.kind == core::JoinKind::left && join.source.info == source;
           });
}

bool names_outer(const Query& query, const Node& node) {
    if (node.token.op == Op::column && is_outer(query, node.source)) return true;
    return std::ranges::any_of(node.operands, [&](const Node* operand) { return names_outer(query, *operand); });
}

}  // namespace

bool can_be_null(const Query& query, const Node& node) {
    switch (node.type.nulls) {
        case core::Nulls::never:
            return false;
        case core::Nulls::outer:
            return names_outer(query, node);
        case core::Nulls::maybe:
            return true;
    }
    return true;
}

QueryTree::QueryTree(const core::Fragment& fragment, int values_before)
    : descriptors_(fragment.descriptors().data(), fragment.descriptors().size()), parameters_(values_before) {
    open_.push_back(&queries_.emplace_back());
    for (const Token& token : fragment.tokens()) read(token);
    for (Node& node : nodes_) resolve(node);
}

/// Operands come before what is done with them, except for the columns of a query that is read later.
void QueryTree::resolve(Node& node) {
    if (node.resolved) return;
    node.resolved = true;
    for (Node* const operand : node.operands) resolve(*operand);
    if (traits_of(node.token.op).write != nullptr) node.type = result_type(node);
}

Node* QueryTree::make(const Token& token) {
    Node& node = nodes_.emplace_back(Node{.token = token});
    if (token.object != 0) {
        const core::Descriptor& descriptor = descriptors_[token.object - 1U];
        node.source = descriptor.source;
        node.described = descriptor.type;
    }
    node.scope = open_.back();
    return &node;
}

Node& QueryTree::add_constant(int number) {
    return nodes_.emplace_back(Node{.token = {.op = Op::constant, .number = static_cast<std::uint16_t>(number)}});
}

Node& QueryTree::add_operation(Op op, std::vector<Node*> operands) {
    Node& node = nodes_.emplace_back(Node{.token = {.op = op}, .operands = std::move(operands)});
    resolve(node);
    return node;
}

Node& QueryTree::add_column(const core::SourceInfo& source, int column) {
    Node& node = nodes_.emplace_back(
        Node{.token = {.op = Op::column, .number = static_cast<std::uint16_t>(column)}, .source = &source});
    resolve(node);
    return node;
}

Node& QueryTree::add_parameter(const core::SourceInfo& source, int column, int number) {
    Node& node = nodes_.emplace_back(Node{.token = {.op = Op::parameter,
                                                    .flags = core::parameter_of_column,
                                                    .type = source.table->column(column).type->kind,
                                                    .number = static_cast<std::uint16_t>(column)},
                                          .parameter = number,
                                          .source = &source});
    resolve(node);
    return node;
}

Node& QueryTree::add_row(const core::SourceInfo& source) {
    return nodes_.emplace_back(Node{.token = {.op = Op::select_row}, .source = &source});
}

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
        case Place::query_begin: {
            Query& query = queries_.emplace_back();
            query.around = open_.back();
            open_.push_back(&query);
            break;
        }
        case Place::query_end: {
            const Query* const query = open_.back();
            open_.pop_back();
            Node* const node = make(token);
            node->query = query;
            stack_.push_back(node);
            break;
        }
        case Place::clause: {
            const bool cross =
                traits.clause == Clause::join && static_cast<core::JoinKind>(token.flags) == core::JoinKind::cross;
            clause(token, traits.clause, traits.operands == 0 || cross ? nullptr : take());
            break;
        }
    }
}

void QueryTree::clause(const Token& token, Clause clause, Node* operand) {
    Query& query = *open_.back();
    auto& select = std::get<Select>(query.body);
    const auto with_operand = [&] {
        Node* const node = make(token);
        node->operands.push_back(operand);
        return node;
    };
    const auto source = [&] { return Source{descriptors_[token.object - 1U].source}; };
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
            select.from = source();
            break;
        case Clause::join:
            select.joins.push_back({source(), static_cast<core::JoinKind>(token.flags), operand});
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
            query.limits.push_back(operand);
            break;
        case Clause::offset:
            query.offsets.push_back(operand);
            break;
        case Clause::order_by:
            query.order_by.push_back(with_operand());
            break;
        case Clause::assign:
            assignments_.push_back(with_operand());
            break;
    }
}

}  // namespace strata::dal::detail
