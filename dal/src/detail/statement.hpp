#pragma once

#include "query_tree.hpp"
#include "row_plan.hpp"

#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace strata::dal::detail {

/// What is written into a column. No value: what the database makes on every update.
struct Assignment {
    int column;
    const Node* value;
};

/// Where a row with the key of an inserted one exists.
struct Conflict {
    std::vector<int> target{};  ///< the key's columns; none: any key
    std::vector<Node*> index{};
    std::vector<Assignment> assignments{};  ///< none: nothing is done
    std::vector<Node*> where{};
};

struct Insert {
    const RowPlan* plan;
    std::vector<Assignment> assignments{};  ///< none: every column's default
    std::vector<int> returning{};
    std::span<Node* const> items{};  ///< returned besides: expressions and whole rows
    std::optional<Source> rows{};    ///< a query whose rows the assignments read
    std::optional<Conflict> conflict{};
};

struct Update {
    const RowPlan* plan;
    std::vector<Assignment> assignments{};
    std::vector<Node*> where{};
    std::vector<int> returning{};
    std::span<Node* const> items{};
    std::span<const Join> others{};  ///< tables that it reads
};

struct Delete {
    const RowPlan* plan;
    std::vector<Node*> where{};
    std::span<Node* const> items{};
};

/// Removes every row and lets the keys start again.
struct Truncate {
    const RowPlan* plan;
};

using Statement = std::variant<const Query*, Insert, Update, Delete, Truncate>;

/// Whether a verb only reads.
[[nodiscard]] bool reads(Verb verb);

/// What is to be written for a request; its nodes belong to the tree. A database that keeps the last generated key is
/// not asked to return only that.
[[nodiscard]] Statement make_statement(const Request& request, QueryTree& tree, bool keeps_last_key);
/// Whether a query inside of the fragment writes.
[[nodiscard]] bool has_writing(const core::Fragment& fragment);
/// The statement of a query that consists of the rows that it writes.
[[nodiscard]] Statement make_written(const Query& query);
/// Calls with each assignment of a request's own, which are not those of its conflict or of a query in it.
template <class Call>
void for_each_assignment(const core::Fragment& fragment, const Call& call) {
    bool in_conflict = false;
    int depth = 0;
    for (const core::Token& token : fragment.tokens()) {
        if (token.op == core::Op::conflict_action) in_conflict = true;
        if (token.op == core::Op::conflict_end) in_conflict = false;
        if (token.op == core::Op::query_begin) ++depth;
        if (token.op == core::Op::query_end) --depth;
        if (token.op == core::Op::assign && !in_conflict && depth == 0) call(token);
    }
}
/// The columns of a statement about rows: its plan's, or those that its fragment has row values for. What filters
/// assign is not among those that are written from the row.
[[nodiscard]] RowColumns row_columns(const Request& request);
/// How many values of a row come before those of the request's fragment.
[[nodiscard]] int values_before(const Request& request);

}  // namespace strata::dal::detail
