#include "postgresql/catalogue.hpp"

#include "ddl/common_ddl.hpp"
#include "postgresql/comparer.hpp"
#include "postgresql/privilege_queries.hpp"
#include "postgresql/queries.hpp"
#include "postgresql/table_reader.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/internal/postgresql/enum_type.hpp>

namespace strata::schema::postgresql {
namespace {

class PostgresqlCatalogue final : public detail::Catalogue {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override {
        static const core::Dialect& dialect = core::dialect_for("postgresql");
        return dialect;
    }

    /// Throws where there is no current schema: every query would find nothing without one.
    [[nodiscard]] std::string current_schema(core::Connection& connection) const override {
        auto schema = connection.scalar("SELECT pg_catalog.current_schema()::text");
        if (!schema)
            throw UsageError(
                "the search_path of this PostgreSQL session names no schema that exists; create one or set "
                "search_path");
        return std::move(*schema);
    }

    [[nodiscard]] std::vector<std::string> schema_names(core::Connection& connection) const override {
        std::vector<std::string> names;
        auto cursor = connection.query("SELECT nspname::text FROM pg_catalog.pg_namespace ORDER BY 1");
        while (cursor.next()) names.emplace_back(cursor.row().text(0));
        return names;
    }

    [[nodiscard]] bool has_table(core::Connection& connection, const std::string& schema,
                                 std::string_view name) const override {
        const core::Value values[] = {core::Value::text(schema), core::Value::text(name)};
        return connection.scalar(query::has_table, values).has_value();
    }

    [[nodiscard]] MetaData reflect(core::Connection& connection, const ReflectOptions& options) const override {
        return read_schemas(connection, names_from(connection, options), options);
    }

    [[nodiscard]] std::map<QualifiedName, std::vector<Column>> view_columns(
        core::Connection& connection, const ReflectOptions& options) const override {
        return read_view_columns(connection, names_from(connection, options), options);
    }

    [[nodiscard]] UnmanagedList notes(core::Connection& connection, const ReflectOptions& options) const override {
        return read_notes(connection, names_from(connection, options), options);
    }

    [[nodiscard]] std::vector<std::string> missing_roles(core::Connection& connection,
                                                         const std::vector<std::string>& roles) const override {
        std::vector<std::string> missing;
        if (roles.empty()) return missing;
        const std::string list = boost::json::serialize(boost::json::value_from(roles));
        const core::Value values[] = {core::Value::array(list)};
        auto cursor = connection.query(query::missing_roles, values);
        while (cursor.next()) missing.emplace_back(cursor.row().text(0));
        return missing;
    }

    [[nodiscard]] std::vector<detail::Relation> relations(core::Connection& connection,
                                                          const std::set<std::string>& schemas) const override {
        std::vector<detail::Relation> result;
        for (const auto& schema : schemas) {
            const auto named = schema.empty() ? current_schema(connection) : schema;
            const core::Value values[] = {core::Value::text(named)};
            auto cursor = connection.query(query::relations, values);
            while (cursor.next())
                result.push_back({{schema, std::string(cursor.row().text(0))}, std::string(cursor.row().text(1))});
        }
        return result;
    }

    [[nodiscard]] bool same_name(const std::string& left, const std::string& right) const override {
        return left == right;
    }

    [[nodiscard]] std::vector<Type> enum_types(core::Connection& connection) const override {
        return read_enum_types(connection);
    }

    void before_drop(core::Connection&) const override {}
    [[nodiscard]] bool after_drop(core::Connection&) const noexcept override { return true; }

    void drop_tables(core::Connection& connection, const std::vector<QualifiedName>& names) const override {
        const auto current = current_schema(connection);
        std::string list;
        for (const auto& name : names)
            list += (list.empty() ? "" : ", ") +
                    dialect().quoted(QualifiedName(name.schema.empty() ? current : name.schema, name.name));
        if (!list.empty()) connection.execute("DROP TABLE " + list);
    }

    void drop_enum_type(core::Connection& connection, const QualifiedName& name) const override {
        const auto schema = name.schema.empty() ? current_schema(connection) : name.schema;
        connection.execute(statements::drop_type(QualifiedName(schema, name.name)));
    }

    [[nodiscard]] std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection) const override {
        return postgresql::comparer(connection);
    }

private:
    /// The schema whose objects are named without it. Where the schemas are told, there need be none.
    [[nodiscard]] std::string names_from(core::Connection& connection, const ReflectOptions& options) const {
        if (options.schemas.empty() && !options.all_schemas) return current_schema(connection);
        return connection.scalar("SELECT pg_catalog.current_schema()::text").value_or("");
    }
};

}  // namespace

const detail::Catalogue& catalogue() {
    static const PostgresqlCatalogue instance;
    return instance;
}

}  // namespace strata::schema::postgresql
