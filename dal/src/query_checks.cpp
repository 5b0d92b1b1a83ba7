#include "detail/query_tree.hpp"

#include <strata/core/error.hpp>

#include <algorithm>

namespace strata::dal::detail {

using core::Op;

namespace {

std::string name_of(const Node& column) {
    const core::SourceInfo& source = *column.source;
    if (source.table == nullptr)
        return std::string(source.name) + ".column<" + std::to_string(column.token.number) + ">()";
    return std::string(source.name != nullptr ? source.name : source.table->name) + "." +
           source.table->column(column.token.number).name;
}

/// The operands of a function over a window, and the condition for the rows that it takes.
std::vector<const Node*> operands_over(const Node& over) {
    std::vector<const Node*> operands;
    const Node* function = over.operands[0];
    for (; function->token.op == Op::filter; function = function->operands[0])
        operands.push_back(function->operands[1]);
    operands.insert(operands.end(), function->operands.begin(), function->operands.end());
    return operands;
}

/// What a query is grouped by, without the forms around it.
void add_groups(std::vector<const Node*>& groups, const Node& node) {
    if (node.token.op != Op::grouping_form) {
        groups.push_back(&node);
        return;
    }
    for (const Node* const operand : node.operands) add_groups(groups, *operand);
}

/// Checks that every column of a grouped query is grouped by, or in an aggregate.
class Grouped {
public:
    Grouped(const Query& query, const Select& select) : query_(query) {
        for (const Node* const node : select.group_by) add_groups(groups_, *node);
    }

    void check(const Node& node) const {
        if (std::ranges::any_of(groups_, [&](const Node* group) { return same(*group, node); })) return;
        if (node.token.op == Op::column && node.scope == &query_ && !is_of_group(node)) fail(node);
        if (node.token.op == Op::grouping || is_aggregate(node.token)) return;
        if (node.token.op == Op::raw || node.token.op == Op::named_function) return;  // may be an aggregate
        if (node.token.op == Op::over) {
            // The operands of the window's function, which may itself be an aggregate, are the groups' own.
            for (const Node* const operand : operands_over(node)) check(*operand);
            for (std::size_t i = 1; i < node.operands.size(); ++i) check(*node.operands[i]);
            return;
        }
        for (const Node* const operand : node.operands) check(*operand);
    }
    void check_row(const core::SourceInfo& source) const {
        for (int i = 0; i < source.table->column_count; ++i) {
            const Node column{.token = {.op = Op::column, .number = static_cast<std::uint16_t>(i)}, .source = &source};
            if (!is_grouped(source, i) && !is_of_group(column)) fail(column);
        }
    }

private:
    [[nodiscard]] bool is_grouped(const core::SourceInfo& source, int column) const {
        return std::ranges::any_of(groups_, [&](const Node* group) {
            return group->token.op == Op::column && group->source == &source && int{group->token.number} == column;
        });
    }
    /// A table's key determines its other columns.
    [[nodiscard]] bool is_of_group(const Node& column) const {
        if (column.source->table == nullptr) return false;
        const std::vector<int>& key = column.source->table->facts().primary_key;
        return !key.empty() && std::ranges::all_of(key, [&](int part) { return is_grouped(*column.source, part); });
    }
    [[noreturn]] static void fail(const Node& column) {
        throw UsageError(name_of(column) +
                         " has many values in a group: give it to group_by(), or take an aggregate of it");
    }

    const Query& query_;
    std::vector<const Node*> groups_;
};

void check_grouping(const Query& query, const Select& select) {
    const auto aggregates = [](const std::vector<Node*>& nodes) {
        return std::ranges::any_of(nodes, [](const Node* node) { return has_aggregate(*node); });
    };
    if (select.group_by.empty() && select.having.empty() && !aggregates(select.items) && !aggregates(query.order_by))
        return;
    const Grouped grouped(query, select);
    for (const Node* const item : select.items) {
        if (item->token.op == Op::select_row) {
            grouped.check_row(*item->source);
        } else {
            grouped.check(*item);
        }
    }
    for (const Node* const node : select.having) grouped.check(*node);
    for (const Node* const entry : query.order_by) grouped.check(*entry->operands[0]);
    for (const Node* const node : select.distinct_on) grouped.check(*node);
}

/// The rows of one value of what is selected have many values of anything else.
void check_distinct(const Query& query, const Select& select) {
    if (!select.distinct) return;
    for (const Node* const entry : query.order_by) {
        const Node& operand = *entry->operands[0];
        const auto selects = [&](const Node* item) {
            if (item->token.op != Op::select_row) return same(*item, operand);
            return operand.token.op == Op::column && operand.source == item->source;
        };
        if (operand.token.op == Op::result_column || std::ranges::any_of(select.items, selects)) continue;
        throw UsageError("distinct() rows are ordered by what they consist of: select() what order_by() names");
    }
}

/// The order begins with what distinct_on() names, so that it says which row is the first of each.
void check_distinct_on(const Query& query, const Select& select) {
    for (std::size_t i = 0; i < std::min(select.distinct_on.size(), query.order_by.size()); ++i) {
        const Node& operand = *query.order_by[i]->operands[0];
        if (operand.token.op == Op::result_column) continue;
        if (std::ranges::none_of(select.distinct_on, [&](const Node* named) { return same(*named, operand); }))
            throw UsageError("the order of a query with distinct_on() begins with what that names");
    }
}

void check_places(const Select& select) {
    const auto refuse = [](const Node& node, bool aggregates) {
        if (has_window(node)) {
            throw UsageError(
                "a function of a window is computed after the query's conditions and groups: make the query a "
                "dal::derived, and give that a where()");
        }
        if (aggregates && has_aggregate(node))
            throw UsageError("a condition on an aggregate is given to having(), not to where() and join()");
    };
    for (const Node* const node : select.where) refuse(*node, true);
    for (const Node* const node : select.group_by) refuse(*node, true);
    for (const Node* const node : select.having) refuse(*node, false);
    for (const Join& join : select.joins) {
        if (join.condition != nullptr) refuse(*join.condition, true);
    }
}

void check_locks(const Query& query) {
    if (query.locks.empty()) return;
    const auto* const select = std::get_if<Select>(&query.body);
    const bool own_rows =
        select != nullptr && !select->distinct && select->distinct_on.empty() && select->group_by.empty() &&
        select->having.empty() &&
        std::ranges::none_of(select->items, [](const Node* item) { return has_aggregate(*item) || has_window(*item); });
    if (!own_rows)
        throw UsageError("for_update() and for_share() lock rows of tables, which groups and distinct rows are not");
    for (const Lock& lock : query.locks) {
        const auto refuse = [&](const Source& source) {
            if (lock.source != nullptr && lock.source != source.info) return;
            if (can_be_missing(*select, *source.info)) {
                throw UsageError(
                    "for_update() and for_share() cannot lock the side of an outer join that may be missing: name the "
                    "other one by dal::of(...)");
            }
        };
        if (select->from) refuse(*select->from);
        for (const Join& join : select->joins) refuse(join.source);
    }
}

}  // namespace

bool has_aggregate(const Node& node) {
    if (is_aggregate(node.token)) return true;
    if (node.token.op == Op::select_row) return false;
    const bool over = node.token.op == Op::over;  // whose function is computed of the window's rows
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
        if (over && i == 0) {
            if (std::ranges::any_of(operands_over(node), [](const Node* part) { return has_aggregate(*part); }))
                return true;
        } else if (has_aggregate(*node.operands[i])) {
            return true;
        }
    }
    return false;
}

bool has_window(const Node& node) {
    return node.token.op == Op::over ||
           std::ranges::any_of(node.operands, [](const Node* operand) { return has_window(*operand); });
}

bool same(const Node& left, const Node& right) {
    if (&left == &right) return true;
    const core::Token& a = left.token;
    const core::Token& b = right.token;
    if (a.op == Op::parameter && b.op == Op::parameter) return left.parameter == right.parameter;
    const bool alike = a.op == b.op && a.flags == b.flags && a.number == b.number && left.source == right.source &&
                       left.described == right.described && left.operands.size() == right.operands.size();
    if (!alike || left.query != nullptr || right.query != nullptr) return false;
    for (std::size_t i = 0; i < left.operands.size(); ++i) {
        if (!same(*left.operands[i], *right.operands[i])) return false;
    }
    return true;
}

void check(const Query& query) {
    check_locks(query);
    const auto* const select = std::get_if<Select>(&query.body);
    if (select == nullptr || select->items.empty()) return;
    check_places(*select);
    check_grouping(query, *select);
    check_distinct(query, *select);
    check_distinct_on(query, *select);
}

}  // namespace strata::dal::detail
