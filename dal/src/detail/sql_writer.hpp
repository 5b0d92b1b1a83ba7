#pragma once

#include "query_compiler.hpp"

namespace strata::dal::detail {

/// Writes one statement. Asks its compiler for whatever differs between databases.
class SqlWriter {
public:
    explicit SqlWriter(const QueryCompiler& compiler) : compiler_(compiler) {}

    SqlWriter& operator<<(std::string_view text) {
        sql_ += text;
        return *this;
    }
    SqlWriter& operator<<(int number) {
        sql_ += std::to_string(number);
        return *this;
    }
    void quote(std::string_view identifier) { compiler_.dialect.quote(sql_, identifier); }
    void literal(const core::Value& value) { compiler_.dialect.literal(sql_, value); }
    void server_default(const core::ServerDefault& value) { compiler_.dialect.server_default(sql_, value); }

    /// `"songs"."title"`
    void column(const TableRef& table, int index);
    /// Writes an expression, in parentheses when it binds less tightly than `least`.
    void expression(const Node& node, int least = precedence::lowest);
    void select(const Select& select, std::uint32_t limit = 0);

    void rows_of(const TableRef& table, const Select& select, std::uint32_t limit);
    void count_of(const TableRef& table, const Select& select);
    void exists_in(const TableRef& table, const Select& select);
    void update(const core::TableInfo& table, const Select& select);
    void remove(const core::TableInfo& table, const Select& select);
    void insert_values(const core::TableInfo& table, const Select& select);
    void insert_row(const RowPlan& plan, bool keep_keys);
    void update_row(const RowPlan& plan);
    void remove_row(const RowPlan& plan);
    void get_row(const RowPlan& plan);

    [[nodiscard]] const QueryCompiler& compiler() const { return compiler_; }

    // How expressions are written: op_traits.cpp says which does which.
    void source_column(const Node& node);
    void word(const Node& node);
    void constant(const Node& node);
    void prefix(const Node& node);
    void suffix(const Node& node);
    void infix(const Node& node);
    void call(const Node& node);
    void chained(const Node& node);
    void negate(const Node& node);
    void arithmetic(const Node& node);
    void absolute(const Node& node);
    void count_distinct(const Node& node);
    void in_query(const Node& node);
    void in_list(const Node& node);
    void when(const Node& node);
    void subquery(const Node& node);

    [[nodiscard]] std::string finish() && { return std::move(sql_); }

private:
    void list(std::span<Node* const> expressions);
    void chain(std::span<Node* const> operands, std::string_view op, int precedence);
    void conditions(std::string_view word, const std::vector<Node*>& conditions);
    void columns(const TableRef& table);
    void names(const core::TableInfo& table, std::span<const int> columns);
    void returning(const core::TableInfo& table, std::span<const int> columns);
    void source(const core::TableInfo& table);
    void reference(const core::TableInfo& table);
    void table(const TableRef& table);
    void tail(const Select& select, bool ordered, std::uint32_t limit);
    void matching(const RowPlan& plan, std::span<const int> columns, int number);
    void assigned(const core::TableInfo& target, const Node& assignment);
    void set_by_database(const RowPlan& plan, const std::vector<int>& columns, bool first);

    const QueryCompiler& compiler_;
    std::string sql_;
};

}  // namespace strata::dal::detail
