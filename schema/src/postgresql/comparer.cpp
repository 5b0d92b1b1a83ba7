#include "postgresql/comparer.hpp"

#include "postgresql/queries.hpp"
#include "postgresql/rollback_guard.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>

#include <map>
#include <set>

namespace strata::schema::postgresql {
namespace {

/// Whether the error says that the server rejects the expression itself: for its syntax or names (class 42), for a
/// constant that is not a value of its type (class 22), or for something that is not allowed there, such as a subquery
/// (0A000). Any other error says nothing about the expression.
/// https://www.postgresql.org/docs/current/errcodes-appendix.html
bool is_about_expression(const Error& error) {
    const std::string& code = error.code();
    if (error.connection_lost() || code == "42501") return false;  // insufficient_privilege
    return code.starts_with("42") || code.starts_with("22") || code == "0A000";
}

/// A CREATE VIEW that makes a view of this name instead.
std::string with_view_name(std::string_view definition, const std::string& name) {
    core::detail::SqlLexer lexer(definition, core::detail::postgresql_lexis);
    const auto at_end = [](const core::detail::SqlToken& token) {
        return token.kind == core::detail::SqlToken::Kind::end;
    };
    auto token = lexer.next();
    while (!at_end(token) && !token.is("VIEW")) token = lexer.next();
    const auto before = lexer.position();
    auto after = before;
    do {
        lexer.next();  // a part of the name
        after = lexer.position();
        token = lexer.next();
    } while (token.symbol('.'));
    return std::string(definition.substr(0, before)) + " " + name + std::string(definition.substr(after));
}

/// Asks the server how it prints an expression. Printing is not idempotent (an IN list becomes an array, which gains
/// casts when it is read again), so it is repeated until two rounds agree. An error while asking is thrown; it is never
/// taken for a difference.
class PostgresqlComparer final : public ExpressionComparer {
public:
    explicit PostgresqlComparer(core::Connection& connection) : connection_(connection) {}

    bool equal(const Table& table, Role role, const std::string& column, const std::string& left,
               const std::string& right) override {
        if (left == right) return true;
        const std::string* first = canonical(table, role, column, left);
        const std::string* second = first != nullptr ? canonical(table, role, column, right) : nullptr;
        return first != nullptr && second != nullptr && *first == *second;
    }

    /// Where the role may make temporary views, the definition makes one, since the first schema of the search path is
    /// where a view is made.
    bool same_object(const Object& stored, const Object& wanted) override {
        if (ExpressionComparer::same_object(stored, wanted)) return true;
        if (wanted.ref.kind != ObjectKind::view || stored.comment != wanted.comment ||
            stored.completions != wanted.completions || !wanted.ref.name.schema.empty())
            return false;
        const RollbackGuard guard(connection_);
        choose_place();
        const auto name = connection_.dialect().quoted(wanted.ref.name);
        const core::Value live[] = {core::Value::text(name)};
        const std::string copy_name = place_ + (temporary_ ? name : std::string(scratch_name));
        const core::Value copy[] = {core::Value::text(copy_name)};
        const char* const print =
            "SELECT pg_catalog.pg_get_viewdef(oid, true) || coalesce(array_to_string(reloptions, ','), '') FROM "
            "pg_catalog.pg_class WHERE oid = to_regclass($1)";
        try {
            if (temporary_)
                connection_.execute(
                    "SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)");
            const auto left = connection_.scalar(print, live);
            connection_.execute(temporary_ ? wanted.definition : with_view_name(wanted.definition, copy_name));
            const auto right = connection_.scalar(print, copy);
            return left && right && left == right;
        } catch (const Error& error) {
            if (!is_about_expression(error)) throw;
            return false;  // it cannot be made as it is said, nor be the same
        }
    }

private:
    /// Returns nullptr when the server does not understand the expression on this table.
    const std::string* canonical(const Table& table, Role role, const std::string& column,
                                 const std::string& expression) {
        const std::string key = table.name.schema + '\0' + table.name.name + '\0' +
                                std::to_string(static_cast<int>(role)) + '\0' + column + '\0' + expression;
        const auto known = known_.find(key);
        if (known != known_.end()) return known->second ? &*known->second : nullptr;
        auto text = ask(table, role, column, expression);
        auto& result = known_[key] = std::move(text);
        return result ? &*result : nullptr;
    }

    std::optional<std::string> ask(const Table& table, Role role, const std::string& column,
                                   const std::string& expression) {
        const RollbackGuard guard(connection_);
        find_place(table);
        make_table(table);
        try {
            std::string text = expression;
            for (int round = 0; round < 5; ++round) {
                auto printed = print(table, role, column, text);
                const bool last = printed == text || printed.empty();  // of a predicate that is always true
                text = std::move(printed);
                if (last) break;
            }
            // https://www.postgresql.org/docs/15/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT
            if (role == Role::server_default && (text == "CURRENT_TIMESTAMP" || text == "transaction_timestamp()"))
                text = "now()";
            return text;
        } catch (const Error& error) {
            if (!is_about_expression(error)) throw;
            if (!temporary_ &&
                error.code() == "42P01")  // the expression names its table, and the copy has another name
                throw UsageError("an expression of table " + table.name +
                                 " names the table, and can be compared by a role that may make temporary tables only; "
                                 "GRANT TEMPORARY ON DATABASE gives the right");
            return std::nullopt;
        }
    }

    /// Chooses the schema for the copy of a table or a view: the temporary one if the role may use it, else the current
    /// schema. Nobody sees the copy there, since it is rolled back.
    void choose_place() {
        if (schema_.empty()) {
            auto schema = current_schema(connection_);
            const core::Value values[] = {core::Value::text(schema)};
            const auto rights = connection_.scalar(
                "SELECT CASE WHEN pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY') "
                "THEN 'temporary' WHEN pg_catalog.has_schema_privilege($1, 'CREATE') THEN 'schema' ELSE '' END",
                values);
            if (rights == "")
                throw UsageError(
                    "comparing expressions needs a role that may make temporary tables, or tables in "
                    "schema " +
                    schema + "; GRANT TEMPORARY ON DATABASE gives the right");
            temporary_ = rights == "temporary";
            schema_ = std::move(schema);
        }
        place_ = temporary_ ? "pg_temp." : connection_.dialect().quoted(schema_) + ".";
    }

    void find_place(const Table& table) {
        choose_place();
        copy_ = place_ + connection_.dialect().quoted(temporary_ ? table.name.name : scratch_name);
    }

    /// Makes a copy with the same name, so that names in the expression mean the same. It has the server's own columns
    /// and those that only the model has.
    void make_table(const Table& table) {
        const auto& dialect = connection_.dialect();
        const auto& ddl = ddl_compiler(dialect);
        const QualifiedName original(table.name.schema.empty() ? schema_ : table.name.schema, table.name.name);
        // LIKE needs the right to read the table; where it is missing the columns are those that were reflected.
        const core::Value names[] = {core::Value::text(original.schema), core::Value::text(original.name)};
        const bool exists = connection_.scalar(query::readable_table, names).has_value();
        connection_.execute("CREATE TABLE " + copy_ + " (" + (exists ? "LIKE " + dialect.quoted(original) : "") + ")");
        const auto existing = columns_of(copy_);
        for (const auto& column : table.columns) {
            if (existing.contains(column.name)) continue;
            connection_.savepoint("strata_column");
            try {
                connection_.execute("ALTER TABLE " + copy_ + " ADD COLUMN " + dialect.quoted(column.name) + " " +
                                    ddl.type_name(column.type));
            } catch (const Error& error) {  // a type does not exist yet, so the expression cannot be equal
                if (!is_about_expression(error)) throw;
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
        const std::string& name = copy_;
        const std::string index = place_ + "strata_print";
        const core::Value index_value[] = {core::Value::text(index)};
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
            case Role::type:
                connection_.execute("ALTER TABLE " + name + " ADD COLUMN strata_print " + expression);
                text = connection_.scalar(
                    "SELECT pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute "
                    "WHERE attrelid = to_regclass($1) AND attname = 'strata_print'",
                    values);
                break;
            case Role::index_element:
                connection_.execute("CREATE INDEX strata_print ON " + name + " ((" + expression + "))");
                text = connection_.scalar("SELECT pg_get_indexdef(to_regclass($1), 1, false)", index_value);
                break;
            case Role::index_predicate:
                connection_.execute("CREATE INDEX strata_print ON " + name + " ((1)) WHERE " + expression);
                text = connection_.scalar(
                    "SELECT pg_get_expr(indpred, indrelid) FROM pg_catalog.pg_index "
                    "WHERE indexrelid = to_regclass($1)",
                    index_value);
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

    /// Of a copy in a schema that others see, where it must not meet another name.
    static constexpr const char* scratch_name = "strata_compared";

    core::Connection& connection_;
    bool temporary_ = true;
    std::string schema_;  // the current schema; empty until it is asked for
    std::string place_;   // the schema of the copy, quoted, with its dot
    std::string copy_;    // the copy's qualified name
    std::map<std::string, std::optional<std::string>> known_;
};

}  // namespace

std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection) {
    return std::make_unique<PostgresqlComparer>(connection);
}

}  // namespace strata::schema::postgresql
