#pragma once

#include "op_traits.hpp"

#include <strata/core/facts.hpp>
#include <strata/core/fragment.hpp>

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace strata::dal::detail {

struct Query;

/// What is known of an expression's values.
struct ResultType {
    core::TypeKind kind{};
    const core::EnumInfo* enumeration = nullptr;  ///< of an enum stored by its label
    const core::TypeInfo* element = nullptr;      ///< of an array
    bool stored = false;                          ///< the value has the form that a column gives it
    int precision = 0;                            ///< of that column; 0: unlimited
    std::optional<int> scale;  ///< digits after the point of an exact number, if its columns determine it
    bool varies = false;       ///< some of its values may be stored or computed with fewer digits than others
    core::Nulls nulls = core::Nulls::never;
};

/// An expression. A chain of ANDs or ORs is one node.
struct Node {
    core::Token token;
    ResultType type{};
    std::vector<Node*> operands{};
    int parameter = 0;                          ///< its number, from 1
    const core::SourceInfo* source = nullptr;   ///< that the token is about
    const core::TypeInfo* described = nullptr;  ///< the enum or the array's element that the token is about
    Query* query = nullptr;                     ///< of an operand that is a query
    const Query* scope = nullptr;               ///< the query that it is in
    bool resolved = false;                      ///< its type is known
    std::vector<std::string> texts{};           ///< of an operation that has one, or one for each database
};
/// The column of a table that the node is; nullptr for any other node.
[[nodiscard]] const core::ColumnInfo* column_of(const Node& node);
[[nodiscard]] const core::ColumnFacts* facts_of(const Node& node);

/// A source in a query, with its rows' query if it has one.
struct Source {
    const core::SourceInfo* info = nullptr;
    const Query* body = nullptr;
    std::vector<Node*> filters{};  ///< conditions on its rows, before they are joined
};

struct Join {
    Source source;
    core::JoinKind kind;
    Node* condition;  ///< nullptr for a cross join
};

/// The clauses, each in the order of its elements.
struct Select {
    std::vector<Node*> items{};  ///< expressions, or tokens select_row
    bool distinct = false;
    std::vector<Node*> distinct_on{};
    std::optional<Source> from{};
    std::vector<Join> joins{};
    std::vector<Node*> where{};
    std::vector<Node*> group_by{};
    std::vector<Node*> having{};
};

/// The rows of two queries.
struct SetOperation {
    core::SetKind kind;
    bool all;
    Query* left;
    Query* right;
};

/// Rows of given values.
struct Values {
    std::vector<std::vector<Node*>> rows{};
};

/// Rows that a function gives.
struct FunctionRows {
    core::RowsFunction function;
    std::vector<Node*> operands;
};

/// A query that is defined before the statement, under a name.
struct NamedQuery {
    const core::SourceInfo* info;
    const Query* body;
    bool recursive;
    core::Materialize materialize;
};

/// What a query writes; the rows are said by its other clauses.
struct WrittenTable {
    const core::SourceInfo* table;
    core::Writing kind;
    std::vector<Node*> assignments{};  ///< tokens assign
};

/// Values of the order's entries, whose rows come after, or before.
struct Keyset {
    std::vector<Node*> values{};
    bool before = false;
};

/// A lock of the rows of a source, or of all.
struct Lock {
    const core::SourceInfo* source;
    std::uint8_t bits;
};

/// Rows, by one or several SELECTs, and which of them in what order.
struct Query {
    std::vector<NamedQuery> with{};
    std::variant<Select, SetOperation, Values, FunctionRows> body{};
    std::vector<Node*> columns{};   ///< of a set operation whose rows are the statement's
    std::vector<bool> converted{};  ///< by column: its decimals become numbers, since they meet others in another form
    std::vector<Node*> order_by{};  ///< token order_by, its operand is the expression
    std::vector<Node*> limits{};
    std::vector<Node*> offsets{};
    std::optional<Keyset> keyset{};
    std::optional<WrittenTable> writing{};  ///< its rows are those that it writes
    std::vector<Lock> locks{};
    std::uint32_t limit = 0;        ///< a further limit; 0: none
    const Query* around = nullptr;  ///< the query that it is in
};

/// What an insert does where a row with its key exists.
struct ConflictClause {
    std::vector<int> target{};  ///< none: any key
    std::vector<Node*> index{};
    core::ConflictAction action = core::ConflictAction::nothing;
    std::vector<Node*> assignments{};  ///< tokens assign
    std::vector<Node*> where{};
};

/// The nodes and queries that a token list consists of. Borrows only descriptors, which are constant data.
class QueryTree {
public:
    /// The number of the first bound value follows that many others.
    explicit QueryTree(const core::Fragment& fragment, int values_before = 0);
    QueryTree(const QueryTree&) = delete;
    QueryTree& operator=(const QueryTree&) = delete;

    /// The query that the clauses outside of any other make.
    [[nodiscard]] Query& root() { return *open_.front(); }
    [[nodiscard]] Select& select() { return std::get<Select>(root().body); }
    /// Tokens assign, whose operand is the value.
    [[nodiscard]] const std::vector<Node*>& assignments() const { return assignments_; }
    [[nodiscard]] const std::optional<ConflictClause>& conflict() const { return conflict_; }

    // More nodes, for statements that are not in the token list.
    Query& add_query() { return queries_.emplace_back(); }
    Node& add_constant(int number);
    Node& add_operation(core::Op op, std::vector<Node*> operands);
    Node& add_column(const core::SourceInfo& source, int column);
    /// A value of the column's type.
    Node& add_parameter(const core::SourceInfo& source, int column, int number);
    Node& add_row(const core::SourceInfo& source);
    /// Adds a node whose operands are the tree's.
    Node& add(Node node);

private:
    void read(const core::Token& token);
    void clause(const core::Token& token, Clause clause, Node* operand);
    void conflict_clause(const core::Token& token, Clause clause, Node* operand);
    void resolve(Node& node);
    ResultType item_type(const Query& query, std::size_t position);
    Node& item_node(const Query& query, std::size_t position);
    ResultType column_of_values(const Values& values, std::size_t row, std::size_t position);
    void convert_forms(Query& query);
    void add_source_filter(Node& token, Node* condition);
    void meet_forms(const Node& node);
    void read_parameter(Node& node);
    Node* make(const core::Token& token);
    Node* take();
    void combine(const core::Token& token, std::size_t operands);
    void chain(const core::Token& token);

    std::span<const core::Descriptor> descriptors_;
    std::deque<Node> nodes_;
    std::deque<Query> queries_;
    std::vector<Node*> assignments_;
    std::optional<ConflictClause> conflict_;
    bool in_conflict_ = false;  // the assignments that follow are its update's
    std::vector<const Node*> parameters_;
    int values_ = 0;
    std::vector<Query*> open_;
    std::vector<Node*> stack_;
    std::vector<std::string> texts_;  // of the operation that follows
    int values_before_;
};

/// An expression of ORDER BY without a position: the item of the SELECT that is there.
[[nodiscard]] Node without_position(const Query& query, const Node& entry);
/// How many columns a query's rows have.
[[nodiscard]] std::size_t width(const Query& query);
/// The query whose rows a source has, where it is used in another; nullptr for a table.
[[nodiscard]] const Query* rows_of(const core::SourceInfo& source, const Query* scope);

/// The condition for the rows that come after, or before, the values of the query's keyset.
[[nodiscard]] Node& keyset_condition(QueryTree& tree, const Query& query);
/// Whether two expressions are the same: values are if they are bound once.
[[nodiscard]] bool same(const Node& left, const Node& right);
/// The position of an entry of the order among the query's columns; throws UsageError when it is not one of them.
[[nodiscard]] std::size_t position_of(const Query& query, const Node& entry);
/// Throws UsageError for a query that a database refuses, or that each understands in its own way.
void check(const Query& query);
/// Whether a source's columns can be missing from rows that other sources of the SELECT have.
[[nodiscard]] bool can_be_missing(const Select& select, const core::SourceInfo& source);
/// Whether an expression has an aggregate of the query's rows in it, or a function of a window.
[[nodiscard]] bool has_aggregate(const Node& node);
[[nodiscard]] bool has_window(const Node& node);

/// The operands whose value an operation's result is or is made of.
[[nodiscard]] std::vector<const Node*> values_of(const Node& node);
/// How many digits after the point an operation's exact result has.
[[nodiscard]] ScaleRule scale_rule(const Node& node);
/// Whether an operation has the very values of its first operand.
[[nodiscard]] bool passes_type(core::Op op);
/// The type of a table's column.
[[nodiscard]] ResultType column_type(const core::SourceInfo& source, std::size_t index);
/// The type of what is one value or another.
[[nodiscard]] ResultType common_type(const ResultType& left, const ResultType& right);
/// Computes the type of a node from the types of its operands, which are known.
[[nodiscard]] ResultType result_type(const Node& node);

}  // namespace strata::dal::detail
