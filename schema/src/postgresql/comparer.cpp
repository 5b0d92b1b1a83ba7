#include "postgresql/comparer.hpp"

#include "postgresql/undone.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>

#include <map>
#include <set>

namespace strata::schema::postgresql {
namespace {

/// Asks the server how it prints an expression. Printing is no fixpoint (an IN list becomes an array, which gains casts
/// when it is read again), so it is repeated until two rounds agree.
class PostgresqlComparer final : public ExpressionComparer {
public:
    explicit PostgresqlComparer(core::Connection& connection) : connection_(connection), tokens_(token_comparer()) {}

    bool equal(const Table& table, Role role, const std::string& column, const std::string& left,
               const std::string& right) override {
        if (left == right || tokens_->equal(table, role, column, left, right)) return true;
        const std::string* first = canonical(table, role, column, left);
        const std::string* second = first != nullptr ? canonical(table, role, column, right) : nullptr;
        return first != nullptr && second != nullptr && *first == *second;
    }

private:
    /// Nothing when the server does not understand the expression on this table.
    const std::string* canonical(const Table& table, Role role, const std::string& column,
                                 const std::string& expression) {
        const std::string key =
            table.name + '\0' + std::to_string(static_cast<int>(role)) + '\0' + column + '\0' + expression;
        const auto known = known_.find(key);
        if (known != known_.end()) return known->second ? &*known->second : nullptr;
        auto& result = known_[key];
        result = ask(table, role, column, expression);
        return result ? &*result : nullptr;
    }

    std::optional<std::string> ask(const Table& table, Role role, const std::string& column,
                                   const std::string& expression) {
        try {
            const Undone undone(connection_);
            make_table(table);
            std::string text = expression;
            for (int round = 0; round < 5; ++round) {
                auto printed = print(table, role, column, text);
                if (printed == text) break;
                text = std::move(printed);
            }
            return text;
        } catch (const Error& error) {
            if (error.connection_lost()) throw;
            return std::nullopt;
        }
    }

    /// A temporary table of the same name, so that names in the expression mean the same; the server's own columns, and
    /// those that only the model has.
    void make_table(const Table& table) {
        const auto& dialect = connection_.dialect();
        const auto& ddl = ddl_compiler(dialect);
        const std::string name = dialect.quoted(table.name);
        const core::Value values[] = {core::Value::text(table.name)};
        const auto place = connection_.scalar(
            "SELECT quote_ident(current_schema()) || '.' || quote_ident(c.relname) FROM pg_catalog.pg_class c "
            "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() "
            "AND c.relkind IN ('r', 'p') AND c.relname = $1",
            values);
        connection_.execute("CREATE TEMPORARY TABLE " + name + " (" + (place ? "LIKE " + *place : "") + ")");
        const auto standing = columns_of("pg_temp." + name);
        for (const auto& column : table.columns) {
            if (standing.contains(column.name)) continue;
            connection_.savepoint("strata_column");
            try {
                connection_.execute("ALTER TABLE pg_temp." + name + " ADD COLUMN " + dialect.quoted(column.name) + " " +
                                    ddl.type_name(column.type));
            } catch (const Error& error) {  // a type that is not there yet: the expression cannot mean it
                if (error.connection_lost()) throw;
                connection_.rollback_to_savepoint("strata_column");
            }
            connection_.release_savepoint("strata_column");
        }
    }

    std::set<std::string> columns_of(const std::string& name) {
        std::set<std::string> columns;
        const core::Value values[] = {core::Value::text(name)};
        auto cursor = connection_.query(
            "SELECT attname::text FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass($1) "
            "AND attnum > 0 AND NOT attisdropped",
            values);
        while (cursor.next()) columns.emplace(cursor.row().text(0));
        return columns;
    }

    std::string print(const Table& table, Role role, const std::string& column, const std::string& expression) {
        const auto& dialect = connection_.dialect();
        const std::string name = "pg_temp." + dialect.quoted(table.name);
        const core::Value values[] = {core::Value::text(name)};
        connection_.savepoint("strata_print");
        std::optional<std::string> text;
        switch (role) {
            case Role::check:
                connection_.execute("ALTER TABLE " + name + " ADD CONSTRAINT strata_print CHECK (" + expression + ")");
                text = connection_.scalar(
                    "SELECT pg_get_expr(conbin, conrelid) FROM pg_catalog.pg_constraint "
                    "WHERE conrelid = to_regclass($1) AND conname = 'strata_print'",
                    values);
                break;
            case Role::server_default:
                connection_.execute("ALTER TABLE " + name + " ALTER COLUMN " + dialect.quoted(column) +
                                    " SET DEFAULT " + expression);
                text = default_text(name, column);
                break;
            case Role::computed: {
                const Column* model = table.find_column(column);
                const std::string type = model != nullptr ? ddl_compiler(dialect).type_name(model->type) : "text";
                connection_.execute("ALTER TABLE " + name + " ADD COLUMN strata_print " + type +
                                    " GENERATED ALWAYS AS (" + expression + ") STORED");
                text = default_text(name, "strata_print");
                break;
            }
            case Role::index_element:
                connection_.execute("CREATE INDEX strata_print ON " + name + " ((" + expression + "))");
                text = connection_.scalar("SELECT pg_get_indexdef(to_regclass('pg_temp.strata_print'), 1, false)");
                break;
            case Role::index_predicate:
                connection_.execute("CREATE INDEX strata_print ON " + name + " ((1)) WHERE " + expression);
                text = connection_.scalar(
                    "SELECT pg_get_expr(indpred, indrelid) FROM pg_catalog.pg_index "
                    "WHERE indexrelid = to_regclass('pg_temp.strata_print')");
                break;
        }
        connection_.rollback_to_savepoint("strata_print");
        connection_.release_savepoint("strata_print");
        return text.value_or(std::string());
    }

    std::optional<std::string> default_text(const std::string& table, const std::string& column) {
        const core::Value values[] = {core::Value::text(table), core::Value::text(column)};
        return connection_.scalar(
            "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d "
            "JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum "
            "WHERE d.adrelid = to_regclass($1) AND a.attname = $2",
            values);
    }

    core::Connection& connection_;
    std::unique_ptr<ExpressionComparer> tokens_;
    std::map<std::string, std::optional<std::string>> known_;
};

}  // namespace

std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection) {
    return std::make_unique<PostgresqlComparer>(connection);
}

}  // namespace strata::schema::postgresql
