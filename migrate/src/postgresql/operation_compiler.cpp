#include "compilation.hpp"
#include "operations/compiler.hpp"
#include "operations/kept.hpp"
#include "replacement.hpp"
#include "text.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/pooler.hpp>
#include <strata/schema/ddl.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

namespace strata::migrate::postgresql {
namespace {

using schema::MetaData;

/// The table that the operation takes something away from, and the column if it is one.
struct Taken {
    schema::QualifiedName table;
    std::string column;
};
std::optional<Taken> taken_by(const Operation& operation) {
    if (const auto* drop = std::get_if<DropTable>(&operation)) return Taken{drop->table, {}};
    if (const auto* drop = std::get_if<DropColumn>(&operation)) return Taken{drop->table, drop->column};
    if (const auto* alter = std::get_if<AlterColumn>(&operation)) return Taken{alter->table, alter->column};
    if (const auto* drop = std::get_if<DropObject>(&operation)) return Taken{drop->object.name, {}};
    if (const auto* replace = std::get_if<ReplaceObject>(&operation)) return Taken{replace->after.ref.name, {}};
    return std::nullopt;
}

/// What needs the table or the column. https://www.postgresql.org/docs/15/catalog-pg-depend.html
const char* const dependents = R"(
SELECT DISTINCT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' ELSE 'a rule of table ' END ||
    c.oid::regclass::text
FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND c.oid <> d.refobjid AND
    ($2 = '' OR d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2))
UNION SELECT 'trigger ' || t.tgname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_trigger t
    ON d.classid = 'pg_catalog.pg_trigger'::regclass AND d.objid = t.oid
WHERE $2 <> '' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND NOT t.tgisinternal AND
    d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2)
UNION SELECT 'policy ' || p.polname FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_policy p
    ON d.classid = 'pg_catalog.pg_policy'::regclass AND d.objid = p.oid
WHERE $2 <> '' AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = to_regclass($1) AND
    d.refobjsubid = (SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = d.refobjid AND attname = $2)
UNION SELECT 'the foreign key ' || k.conname || ' of table ' || k.conrelid::regclass::text FROM pg_catalog.pg_constraint k
WHERE $2 = '' AND k.contype = 'f' AND k.confrelid = to_regclass($1) AND k.conrelid <> k.confrelid
ORDER BY 1)";

/// DDL is transactional and constraints are checked as it runs, so there is nothing to set or restore.
class PostgresqlRevision final : public CompiledRevision {
public:
    /// Those that are alone come first.
    explicit PostgresqlRevision(std::vector<Statement> statements) : statements_(std::move(statements)) {}

    [[nodiscard]] std::vector<Statement> before_all() override {
        const auto first = std::find_if_not(statements_.begin(), statements_.end(),
                                            [](const Statement& statement) { return statement.alone; });
        std::vector<Statement> alone(std::make_move_iterator(statements_.begin()), std::make_move_iterator(first));
        statements_.erase(statements_.begin(), first);
        return alone;
    }
    [[nodiscard]] std::vector<Statement> next(const std::function<Snapshot()>&) override {
        return std::exchange(statements_, {});
    }
    [[nodiscard]] std::vector<Statement> rehearse(Snapshot&) override { return std::exchange(statements_, {}); }
    [[nodiscard]] std::vector<Statement> script(Snapshot&, const std::vector<Statement>& opening,
                                                const std::vector<Statement>& closing) override {
        auto script = before_all();
        const bool parted = !script.empty();
        if (parted) script.insert(script.begin(), opening.begin(), opening.end());
        script.push_back(Statement{"BEGIN"});
        if (!parted) std::ranges::copy(opening, std::back_inserter(script));
        std::ranges::move(std::exchange(statements_, {}), std::back_inserter(script));
        std::ranges::copy(closing, std::back_inserter(script));
        script.push_back(Statement{"COMMIT"});
        return script;
    }
    void before_transaction(core::Connection&) override {}
    void before_commit(core::Connection&) override {}
    [[nodiscard]] bool after_transaction(core::Connection&) noexcept override { return true; }

private:
    std::vector<Statement> statements_;
};

class PostgresqlOperationCompiler final : public detail::DialectOperationCompiler {
public:
    /// dependent_objects_still_exist, and feature_not_supported for a column's type.
    [[nodiscard]] std::string explain(core::Connection& connection, const Operation& operation,
                                      const Error& error) const override {
        if (error.code() == lost_code) return ": " + error.server_message();
        const auto taken = taken_by(operation);
        if (!taken || (error.code() != "2BP01" && error.code() != "0A000")) return {};
        const std::string table = dialect().quoted(taken->table);
        const core::Value values[] = {core::Value::text(table), core::Value::text(taken->column)};
        std::string names;
        auto cursor = connection.query(dependents, values);
        while (cursor.next()) {
            if (!names.empty()) names += ", ";
            names += cursor.row().text(0);
        }
        return names.empty() ? names : "; it is needed by " + names + "; drop or change that first";
    }
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("postgresql"); }

    [[nodiscard]] std::unique_ptr<CompiledRevision> compile(const std::vector<Operation>& operations,
                                                            const MetaData& before) const override {
        const auto split = migrate::split(operations, before, true);
        auto statements = Compilation(schema::ddl_compiler(dialect()), before).run(split.operations);
        for (auto& statement : statements) split.restore(statement.place);
        return std::make_unique<PostgresqlRevision>(std::move(statements));
    }
    [[nodiscard]] std::string user_sql() const override { return "SESSION_USER"; }
    /// Also a database that a server's first start is still to make (3D000), and a server with all its connections in
    /// use (53300). A role or a password that it refuses stays wrong.
    [[nodiscard]] bool may_come_up(const ConnectionError& error) const override {
        return error.retryable() || error.code() == "3D000" || error.code() == "53300";
    }
    [[nodiscard]] std::vector<std::string_view> statements_of(std::string_view script) const override {
        return core::detail::split_script(script, dialect().lexis(), false);
    }
    [[nodiscard]] Examination examine(core::Connection& connection) const override {
        using State = Examined::State;
        const auto ask = [&](const char* sql) { return connection.scalar(sql).value_or(""); };
        const auto is = [&](const char* sql) { return ask(sql) == "1"; };
        Examination list;
        const auto version = ask("SELECT current_setting('server_version')");
        list.push_back(is("SELECT (current_setting('server_version_num')::int >= 140000)::int")
                           ? Examined{State::good, "PostgreSQL", version}
                           : Examined{State::problem, "PostgreSQL", version + "; Strata needs 14 or later"});
        const auto schema = ask("SELECT current_schema()::text");
        const auto path = ask("SELECT current_setting('search_path')");
        list.push_back(schema.empty() ? Examined{State::problem, "search_path",
                                                 path + " names no schema that exists; create one or set search_path"}
                                      : Examined{State::good, "search_path", path + "; tables are made in " + schema});
        const auto role = ask("SELECT current_user::text");
        const bool may_create = !schema.empty() && is("SELECT has_schema_privilege(current_schema(), 'CREATE')::int");
        list.push_back(may_create ? Examined{State::good, "role", role + " may create in the schema"}
                                  : Examined{State::problem, "role",
                                             role + " may not create in the schema: GRANT CREATE ON SCHEMA ... TO ..., "
                                                    "or connect as its owner"});
        if (may_create && is("SELECT rolsuper::int FROM pg_roles WHERE rolname = current_user"))
            list.push_back(
                {State::warning, "role", role + " is a superuser; migrations need no more than its own schema"});
        const auto others = ask(
            "SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN "
            "('r', 'p') AND NOT pg_has_role(c.relowner, 'USAGE')");
        if (!others.empty() && others != "0")
            list.push_back(
                {State::warning, "owners",
                 others + " tables of the schema belong to other roles, so that " + role + " cannot change them"});
        list.push_back(core::detail::has_pooler(connection)
                           ? Examined{State::warning, "pooler",
                                      "one stands between; migrations hold their lock better on a direct connection"}
                           : Examined{State::good, "pooler", "none"});
        if (is("SELECT pg_is_in_recovery()::int"))
            list.push_back({State::problem, "server", "it is a standby and only reads; connect to the primary"});
        return list;
    }
    /// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNECT-OPTIONS: a backslash keeps a blank.
    [[nodiscard]] core::Url in_schema(const core::Url& url, const std::string& schema) const override {
        auto result = url;
        auto& options = result.options["options"];
        options += options.empty() ? "-csearch_path=" : " -csearch_path=";
        for (const char c : dialect().quoted(schema)) {
            if (std::isspace(static_cast<unsigned char>(c)) != 0 || c == '\\') options += '\\';
            options += c;
        }
        return result;
    }
    [[nodiscard]] Snapshot read_shape(core::Connection&) const override { return {}; }
    /// Those that an index keeps, which is named as they are.
    [[nodiscard]] std::vector<std::string> names_of_constraints(const schema::Table& table) const override {
        std::vector<std::string> names;
        if (table.primary_key) names.push_back(table.primary_key->name);
        for (const auto& unique : table.uniques) names.push_back(unique.name);
        for (const auto& exclude : table.excludes) names.push_back(exclude.name);
        return names;
    }
    [[nodiscard]] std::vector<Statement> expect_versions(const std::string& table,
                                                         std::vector<std::string> ids) const override {
        std::sort(ids.begin(), ids.end());
        std::string list;
        for (const auto& id : ids) {
            if (!list.empty()) list += ", ";
            dialect().literal(list, core::Value::text(id));
        }
        const auto words = ids.empty() ? std::string("no revision") : join(ids);
        std::string message;
        dialect().literal(message, core::Value::text("the database is not at " + words +
                                                     ", where this script begins; see where it is with 'current'"));
        return {Statement{"DO $strata$ BEGIN IF ARRAY(SELECT \"version_num\"::text FROM " + table +
                              " ORDER BY \"version_num\" COLLATE \"C\") <> ARRAY[" + list +
                              "]::text[] THEN RAISE EXCEPTION USING MESSAGE = " + message + "; END IF; END $strata$",
                          StatementKind::assertion}};
    }
};

}  // namespace

const detail::DialectOperationCompiler& operation_compiler() {
    static const PostgresqlOperationCompiler compiler;
    return compiler;
}

}  // namespace strata::migrate::postgresql
