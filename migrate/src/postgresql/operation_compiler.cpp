#include "compilation.hpp"
#include "operations/compiler.hpp"
#include "operations/kept.hpp"
#include "replacement.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/ddl.hpp>

#include <optional>

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

    [[nodiscard]] std::vector<Step> compile(const std::vector<Operation>& operations,
                                            const MetaData& before) const override {
        return compile_parts(operations, before, true, [&](const std::vector<Operation>& parts) {
            return Compilation(schema::ddl_compiler(dialect()), before).run(parts);
        });
    }
    [[nodiscard]] bool offline() const noexcept override { return true; }
    // DDL is transactional and constraints are checked as it runs, so there is nothing to set or restore.
    void before_transaction(core::Connection&, const std::vector<Step>&) const override {}
    void before_commit(core::Connection&, const std::vector<Step>&) const override {}
    [[nodiscard]] bool after_transaction(core::Connection&, const std::vector<Step>&) const noexcept override {
        return true;
    }
};

}  // namespace

const detail::DialectOperationCompiler& operation_compiler() {
    static const PostgresqlOperationCompiler compiler;
    return compiler;
}

}  // namespace strata::migrate::postgresql
