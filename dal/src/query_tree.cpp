#include "detail/query_tree.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <utility>

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

bool has_source(const Select& select, const core::SourceInfo& source) {
    if (select.from && select.from->info == &source) return true;
    return std::ranges::any_of(select.joins, [&](const Join& join) { return join.source.info == &source; });
}

/// Whether rows of the query that a column's source belongs to can lack it.
bool can_be_missing(const core::SourceInfo& source, const Query* scope) {
    for (; scope != nullptr; scope = scope->around) {
        const auto* const select = std::get_if<Select>(&scope->body);
        if (select != nullptr && has_source(*select, source)) return detail::can_be_missing(*select, source);
    }
    return false;
}

bool has_body(core::SourceKind kind) { return kind == core::SourceKind::derived || kind == core::SourceKind::lateral; }

ResultType column_in(const Query& query, const core::SourceInfo& source, std::size_t index) {
    ResultType type = column_type(source, index);
    if (can_be_missing(source, &query)) type.nulls = core::Nulls::maybe;
    return type;
}

/// Whether two operands of a set operation have no decimals, or decimals of one form.
bool have_same_form(const ResultType& left, const ResultType& right) {
    if (left.kind != core::TypeKind::numeric && right.kind != core::TypeKind::numeric) return true;
    return left.kind == right.kind && left.stored == right.stored && left.precision == right.precision &&
           left.scale == right.scale;
}

/// The type of a column of what a function gives.
ResultType function_type(const FunctionRows& rows, std::size_t position) {
    ResultType type{.kind = core::TypeKind::big_integer, .scale = 0};
    if (rows.function == core::RowsFunction::days) type = {.kind = core::TypeKind::date, .scale = {}};
    if (rows.function == core::RowsFunction::json_elements && position == 0) type = {.kind = core::TypeKind::json};
    if (rows.function == core::RowsFunction::json_members)
        type = {.kind = position == 0 ? core::TypeKind::text : core::TypeKind::json};
    if (rows.function == core::RowsFunction::elements && position == 0) {
        const core::TypeInfo& element = *rows.operands.front()->type.element;
        type = {.kind = element.kind,
                .enumeration = element.enumeration,
                .scale = {},
                .nulls = element.nullable ? core::Nulls::maybe : core::Nulls::never};
    }
    return type;
}

}  // namespace

QueryTree::QueryTree(const core::Fragment& fragment, int values_before)
    : descriptors_(fragment.descriptors().data(), fragment.descriptors().size()), values_before_(values_before) {
    open_.push_back(&queries_.emplace_back());
    for (const Token& token : fragment.tokens()) read(token);
    for (Node& node : nodes_) resolve(node);
    for (const Node& node : nodes_) meet_forms(node);
    if (std::holds_alternative<SetOperation>(root().body)) {
        for (std::size_t i = 0; i < width(root()); ++i) root().columns.push_back(&item_node(root(), i));
    }
    for (Query& query : queries_) convert_forms(query);  // a query comes before those in it
    for (Query& query : queries_) {
        if (query.keyset) {
            Node& condition = keyset_condition(*this, query);
            auto& select = std::get<Select>(query.body);
            (select.group_by.empty() ? select.where : select.having).push_back(&condition);
        }
        check(query);
    }
}

bool can_be_missing(const Select& select, const core::SourceInfo& source) {
    bool before = select.from && select.from->info == &source;  // the joins that follow
    bool missing = false;
    for (const Join& join : select.joins) {
        const bool full = join.kind == core::JoinKind::full;
        if (join.source.info == &source) {
            before = true;
            missing = full || join.kind == core::JoinKind::left;
        } else if (before) {
            missing = missing || full || join.kind == core::JoinKind::right;
        }
    }
    return missing;
}

void QueryTree::add_source_filter(Node& token, Node* condition) {
    auto& select = std::get<Select>(open_.back()->body);
    if (select.from && select.from->info == token.source) select.from->filters.push_back(condition);
    for (Join& join : select.joins) {
        if (join.source.info == token.source) join.source.filters.push_back(condition);
    }
}

std::size_t width(const Query& query) {
    if (const auto* const both = std::get_if<SetOperation>(&query.body)) return width(*both->left);
    if (const auto* const values = std::get_if<Values>(&query.body)) return values->rows.front().size();
    if (const auto* const rows = std::get_if<FunctionRows>(&query.body))
        return rows->function == core::RowsFunction::numbers || rows->function == core::RowsFunction::days ? 1 : 2;
    std::size_t columns = 0;
    for (const Node* const item : std::get<Select>(query.body).items)
        columns += item->token.op == Op::select_row ? static_cast<std::size_t>(item->source->table->column_count) : 1;
    return columns;
}

Node without_position(const Query& query, const Node& entry) {
    const auto* const select = std::get_if<Select>(&query.body);
    if (entry.token.op != Op::result_column || select == nullptr) return entry;
    std::size_t position = entry.token.number;
    for (const Node* const item : select->items) {
        const bool row = item->token.op == Op::select_row;
        const std::size_t columns = row ? static_cast<std::size_t>(item->source->table->column_count) : 1;
        if (position >= columns) {
            position -= columns;
            continue;
        }
        if (!row) return *item;
        Node column{.token = {.op = Op::column, .number = static_cast<std::uint16_t>(position)},
                    .source = item->source};
        column.type = entry.type;
        return column;
    }
    return entry;
}

const Query* rows_of(const core::SourceInfo& source, const Query* scope) {
    for (; scope != nullptr; scope = scope->around) {
        if (const auto* const select = std::get_if<Select>(&scope->body)) {
            if (select->from && select->from->info == &source && select->from->body != nullptr)
                return select->from->body;
            for (const Join& join : select->joins) {
                if (join.source.info == &source && join.source.body != nullptr) return join.source.body;
            }
        }
        for (const NamedQuery& named : scope->with) {
            if (named.info == &source || named.info == source.of) return named.body;
        }
    }
    return nullptr;
}

ResultType QueryTree::column_of_values(const Values& values, std::size_t row, std::size_t position) {
    if (position >= values.rows[row].size()) throw UsageError("a query has fewer columns than are used of it");
    Node& value = *values.rows[row][position];
    resolve(value);
    return value.type;
}

/// The type of a column of a query's rows.
ResultType QueryTree::item_type(const Query& query, std::size_t position) {
    if (const auto* const both = std::get_if<SetOperation>(&query.body)) {
        const ResultType left = item_type(*both->left, position);
        if (width(*both->right) <= position) return left;
        const ResultType right = item_type(*both->right, position);
        ResultType type = common_type(left, right);
        if (!have_same_form(left, right)) type.stored = false;
        return type;
    }
    if (const auto* const values = std::get_if<Values>(&query.body)) {
        ResultType type = column_of_values(*values, 0, position);
        for (std::size_t i = 1; i < values->rows.size(); ++i)
            type = common_type(type, column_of_values(*values, i, position));
        return type;
    }
    if (const auto* const rows = std::get_if<FunctionRows>(&query.body)) {
        for (Node* const operand : rows->operands) resolve(*operand);
        return function_type(*rows, position);
    }
    for (Node* const item : std::get<Select>(query.body).items) {
        if (item->token.op == Op::select_row) {
            const auto columns = static_cast<std::size_t>(item->source->table->column_count);
            if (position < columns) return column_in(query, *item->source, position);
            position -= columns;
        } else {
            if (position == 0) {
                resolve(*item);
                return item->type;
            }
            --position;
        }
    }
    throw UsageError("a query has fewer columns than are used of it");
}

/// A column of a query's rows as an expression: of two queries one value or another.
Node& QueryTree::item_node(const Query& query, std::size_t position) {
    Node node{.token = {.op = Op::result_column}, .type = item_type(query, position), .resolved = true};
    if (const auto* const both = std::get_if<SetOperation>(&query.body)) {
        node.token.op = Op::coalesce;
        node.operands = {&item_node(*both->left, position), &item_node(*both->right, position)};
    } else if (const auto* const select = std::get_if<Select>(&query.body)) {
        for (Node* const item : select->items) {
            const bool row = item->token.op == Op::select_row;
            if (!row && position == 0) return *item;
            const std::size_t columns = row ? static_cast<std::size_t>(item->source->table->column_count) : 1;
            if (position < columns) break;  // of a row, whose digits the type tells
            position -= columns;
        }
    }
    return add(std::move(node));
}

/// Decimals in another form than those of a query that they are looked for in become numbers, as those do.
void QueryTree::meet_forms(const Node& node) {
    if (node.token.op != Op::in_query) return;
    Query& query = *node.operands[1]->query;
    if (!have_same_form(node.operands[0]->type, item_type(query, 0))) query.converted.assign(width(query), true);
}

void QueryTree::convert_forms(Query& query) {
    auto* const both = std::get_if<SetOperation>(&query.body);
    if (both == nullptr) return;
    query.converted.resize(width(query));
    for (std::size_t i = 0; i < query.converted.size(); ++i) {
        if (!have_same_form(item_type(*both->left, i), item_type(*both->right, i))) query.converted[i] = true;
    }
    both->left->converted = query.converted;
    both->right->converted = query.converted;
}

/// Operands come before what is done with them, except for the columns of a query that is read later.
void QueryTree::resolve(Node& node) {
    if (node.resolved) return;
    node.resolved = true;
    for (Node* const operand : node.operands) resolve(*operand);
    if (node.query != nullptr) {
        node.type = item_type(*node.query, 0);
        node.type.nulls = core::Nulls::maybe;
    } else if (node.token.op == Op::result_column) {
        node.type = item_type(*node.scope, node.token.number);
    } else if (node.token.op == Op::column && node.source->table == nullptr) {
        const Query* const rows = rows_of(*node.source, node.scope);
        if (rows == nullptr)
            throw UsageError(std::string("the query ") + node.source->name + " is used but not given: with(...)");
        node.type = item_type(*rows, node.token.number);
    } else if (traits_of(node.token.op).write != nullptr) {
        node.type = result_type(node);
    }
    if (node.token.op == Op::column && can_be_missing(*node.source, node.scope)) node.type.nulls = core::Nulls::maybe;
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

Node& QueryTree::add(Node node) { return nodes_.emplace_back(std::move(node)); }

Node& QueryTree::add_row(const core::SourceInfo& source) {
    return nodes_.emplace_back(Node{.token = {.op = Op::select_row}, .source = &source});
}

/// A value that is bound once is, where it is used again, all that it is where it is bound.
void QueryTree::read_parameter(Node& node) {
    if ((node.token.flags & core::parameter_again) != 0) {
        const Node& bound = *parameters_[node.token.number];
        node.token = bound.token;
        node.parameter = bound.parameter;
        return;
    }
    node.parameter = values_before_ + ++values_;
    parameters_.push_back(&node);
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
    node->texts = std::exchange(texts_, {});
}

/// Makes one node of `a AND b AND c`, in whatever way it was combined.
void QueryTree::chain(const Token& token) {
    Node* const right = take();
    Node* left = take();
    if (token.op == Op::logical_and && (left->token.op == Op::truth || right->token.op == Op::truth)) {
        stack_.push_back(left->token.op == Op::truth ? right : left);
        return;
    }
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
            if (token.op == Op::parameter) read_parameter(*stack_.back());
            break;
        case Place::expression:
            combine(token, operand_count(token));
            break;
        case Place::text:
            if (token.flags == 0 || texts_.empty()) texts_.emplace_back();
            core::append_text(texts_.back(), token);
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
            Query* const query = open_.back();
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
    if (clause == Clause::set_operation) {
        query.body =
            SetOperation{static_cast<core::SetKind>(token.number), token.flags != 0, take()->query, operand->query};
        return;
    }
    if (clause == Clause::values_row) {
        if (!std::holds_alternative<Values>(query.body)) query.body = Values{};
        std::get<Values>(query.body)
            .rows.emplace_back(stack_.end() - static_cast<std::ptrdiff_t>(token.number), stack_.end());
        stack_.resize(stack_.size() - token.number);
        return;
    }
    if (clause == Clause::function_rows) {
        query.body = FunctionRows{static_cast<core::RowsFunction>(token.flags),
                                  {stack_.end() - static_cast<std::ptrdiff_t>(token.number), stack_.end()}};
        stack_.resize(stack_.size() - token.number);
        return;
    }
    if (clause == Clause::keyset) {
        query.keyset.emplace();
        query.keyset->values.assign(stack_.end() - static_cast<std::ptrdiff_t>(token.number), stack_.end());
        query.keyset->before = token.flags != 0;
        stack_.resize(stack_.size() - token.number);
        return;
    }
    if (clause == Clause::source_filter) {
        add_source_filter(*make(token), operand);
        return;
    }
    const auto select = [&]() -> Select& {
        if (auto* const body = std::get_if<Select>(&query.body)) return *body;
        throw UsageError("a query of two others, of values or of a function has only an order, a limit and an offset");
    };
    const auto with_operand = [&] {
        Node* const node = make(token);
        node->operands.push_back(operand);
        return node;
    };
    const auto source = [&] {
        const core::SourceInfo* const info = descriptors_[token.object - 1U].source;
        return Source{info, has_body(info->kind) ? take()->query : nullptr};
    };
    switch (clause) {
        case Clause::none:
        case Clause::set_operation:
        case Clause::values_row:
        case Clause::function_rows:
        case Clause::keyset:
        case Clause::source_filter:
            break;
        case Clause::with:
            query.with.push_back({descriptors_[token.object - 1U].source, operand->query, token.flags != 0,
                                  static_cast<core::Materialize>(token.number)});
            break;
        case Clause::writing:
            query.writing = {descriptors_[token.object - 1U].source, static_cast<core::Writing>(token.number)};
            break;
        case Clause::distinct_on:
            select().distinct_on.push_back(operand);
            break;
        case Clause::lock:
            query.locks.push_back({token.object == 0 ? nullptr : descriptors_[token.object - 1U].source, token.flags});
            break;
        case Clause::distinct:
            select().distinct = true;
            break;
        case Clause::row:
            select().items.push_back(make(token));
            break;
        case Clause::item:
            select().items.push_back(operand);
            break;
        case Clause::from:
            select().from = source();
            break;
        case Clause::join:
            select().joins.push_back({source(), static_cast<core::JoinKind>(token.flags), operand});
            break;
        case Clause::where:
            if (operand->token.op != Op::truth) select().where.push_back(operand);
            break;
        case Clause::group_by:
            select().group_by.push_back(operand);
            break;
        case Clause::having:
            if (operand->token.op != Op::truth) select().having.push_back(operand);
            break;
        case Clause::limit:
            query.limits.push_back(operand);
            break;
        case Clause::offset:
            query.offsets.push_back(operand);
            break;
        case Clause::order_by:
            if (query.keyset)
                throw UsageError("order_by() comes before after() and before(), which need the whole order");
            query.order_by.push_back(with_operand());
            break;
        case Clause::row_value:
            break;  // its parameter is made with the statement
        case Clause::conflict_target:
        case Clause::conflict_index:
        case Clause::conflict_action:
        case Clause::conflict_end:
        case Clause::conflict_where:
            conflict_clause(token, clause, operand);
            break;
        case Clause::assign:
            (query.writing  ? query.writing->assignments
             : in_conflict_ ? conflict_->assignments
                            : assignments_)
                .push_back(with_operand());
            break;
    }
}

void QueryTree::conflict_clause(const Token& token, Clause clause, Node* operand) {
    if (!conflict_) conflict_.emplace();
    if (clause == Clause::conflict_target) conflict_->target.push_back(operand->token.number);
    if (clause == Clause::conflict_index && operand->token.op != Op::truth) conflict_->index.push_back(operand);
    if (clause == Clause::conflict_where && operand->token.op != Op::truth) conflict_->where.push_back(operand);
    if (clause == Clause::conflict_action) conflict_->action = static_cast<core::ConflictAction>(token.number);
    in_conflict_ = clause == Clause::conflict_action;
}

}  // namespace strata::dal::detail
