#include "postgresql/catalogue.hpp"

#include "detail/common_ddl.hpp"
#include "postgresql/comparer.hpp"
#include "postgresql/queries.hpp"
#include "postgresql/table_reader.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>

namespace strata::schema::postgresql {
namespace {

/// Without a schema to look in, every query would answer "nothing there".
void require_schema(core::Connection& connection) {
    if (!connection.scalar("SELECT current_schema()::text"))
        throw UsageError(
            "the search_path of this PostgreSQL session names no schema that exists; create one or set search_path");
}

class PostgresqlCatalogue final : public detail::Catalogue {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override {
        static const core::Dialect& dialect = core::dialect_for("postgresql");
        return dialect;
    }

    [[nodiscard]] MetaData reflect(core::Connection& connection) const override {
        require_schema(connection);
        return read_schema(connection);
    }

    [[nodiscard]] std::vector<detail::Relation> relations(core::Connection& connection) const override {
        require_schema(connection);
        std::vector<detail::Relation> result;
        auto cursor = connection.query(query::relations);
        while (cursor.next()) result.push_back({std::string(cursor.row().text(0)), std::string(cursor.row().text(1))});
        return result;
    }

    [[nodiscard]] bool same_name(const std::string& left, const std::string& right) const override {
        return left == right;
    }

    [[nodiscard]] std::vector<Type> enum_types(core::Connection& connection) const override {
        return read_enum_types(connection);
    }

    void before_drop(core::Connection&) const override {}
    void after_drop(core::Connection&) const noexcept override {}

    void drop_tables(core::Connection& connection, const std::vector<std::string>& names) const override {
        if (!names.empty()) connection.execute("DROP TABLE " + detail::column_list(dialect(), names));
    }

    void drop_enum_type(core::Connection& connection, const std::string& name) const override {
        connection.execute("DROP TYPE " + dialect().quoted(name));
    }

    [[nodiscard]] std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection) const override {
        return postgresql::comparer(connection);
    }
};

}  // namespace

const detail::Catalogue& catalogue() {
    static const PostgresqlCatalogue instance;
    return instance;
}

}  // namespace strata::schema::postgresql
