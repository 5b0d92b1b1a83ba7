#pragma once

#include "query_tree.hpp"
#include "row_plan.hpp"

#include <variant>
#include <vector>

namespace strata::dal::detail {

/// What is written into a column. No value: what the database makes on every update.
struct Assignment {
    int column;
    const Node* value;
};

struct Insert {
    const RowPlan* plan;
    std::vector<Assignment> assignments{};  ///< none: every column's default
    std::vector<int> returning{};
};

struct Update {
    const RowPlan* plan;
    std::vector<Assignment> assignments{};
    std::vector<Node*> where{};
    std::vector<int> returning{};
};

struct Delete {
    const RowPlan* plan;
    std::vector<Node*> where{};
};

using Statement = std::variant<const Query*, Insert, Update, Delete>;

/// Whether a verb only reads.
[[nodiscard]] bool reads(Verb verb);

/// What is to be written for a request; its nodes belong to the tree. A database that keeps the last generated key is
/// not asked to return only that.
[[nodiscard]] Statement make_statement(const Request& request, QueryTree& tree, bool keeps_last_key);
/// How many values of a row come before those of the request's fragment.
[[nodiscard]] int values_before(const Request& request);

}  // namespace strata::dal::detail
