#pragma once

#include "op_traits.hpp"

#include <strata/core/facts.hpp>
#include <strata/core/fragment.hpp>

#include <deque>
#include <optional>
#include <span>
#include <vector>

namespace strata::dal::detail {

struct Select;

/// An expression. A chain of ANDs or ORs is one node.
struct Node {
    core::Token token;
    int parameter = 0;  ///< its number, from 1
    std::vector<Node*> operands;
    Select* query = nullptr;  ///< of an operand that is a query
};

/// A table, possibly under another name.
struct TableRef {
    const core::TableInfo* table = nullptr;
    const char* alias = nullptr;

    bool operator==(const TableRef&) const = default;
};
/// The table that a token names, or whose column it names.
[[nodiscard]] TableRef table_of(const core::Token& token);
/// The column that the node is; nullptr for any other node.
[[nodiscard]] const core::ColumnInfo* column_of(const Node& node);
[[nodiscard]] const core::ColumnFacts* facts_of(const Node& node);

struct Join {
    TableRef table;
    core::JoinKind kind;
    Node* condition;  ///< nullptr for a cross join
};

/// The clauses of a statement, each in the order of its elements.
struct Select {
    std::vector<Node*> items;  ///< expressions, or tokens select_row
    bool distinct = false;
    std::optional<TableRef> from;
    std::vector<Join> joins;
    std::vector<Node*> where;
    std::vector<Node*> group_by;
    std::vector<Node*> having;
    std::vector<Node*> order_by;  ///< token order_by, its operand is the expression
    std::vector<Node*> limits;
    std::vector<Node*> offsets;
    std::vector<Node*> assignments;  ///< token assign, its operand is the value

    /// Whether the table can be missing from rows of the query (an outer join).
    [[nodiscard]] bool outer(const TableRef& table) const;
};

/// A token list as a tree. Owns its nodes; borrows only descriptors, which are static.
class QueryTree {
public:
    explicit QueryTree(std::span<const core::Token> tokens);
    QueryTree(const QueryTree&) = delete;
    QueryTree& operator=(const QueryTree&) = delete;

    [[nodiscard]] const Select& root() const { return *open_.front(); }

private:
    void read(const core::Token& token);
    void clause(const core::Token& token, Clause clause, Node* operand);
    Node* make(const core::Token& token);
    Node* take();
    void combine(const core::Token& token, std::size_t operands);
    void chain(const core::Token& token);

    std::deque<Node> nodes_;
    std::deque<Select> selects_;
    std::vector<Select*> open_;
    std::vector<Node*> stack_;
    int parameters_ = 0;
};

}  // namespace strata::dal::detail
