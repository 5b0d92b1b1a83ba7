#include "detail/catalogue.hpp"
#include "postgresql/catalogue.hpp"
#include "sqlite/catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/reflection.hpp>

namespace strata::schema {
namespace {

class TokenComparer final : public ExpressionComparer {
public:
    bool equal(const Table&, Role, const std::string&, const std::string& left, const std::string& right) override {
        try {
            return detail::sqlite::same_expression(left, right);
        } catch (const UsageError&) {  // one of the two cannot be tokenized
            return left == right;
        }
    }
};

}  // namespace

const detail::Catalogue& detail::catalogue(const core::Dialect& dialect) {
    for (const Catalogue* each : {&schema::sqlite::catalogue(), &schema::postgresql::catalogue()})
        if (&each->dialect() == &dialect) return *each;
    throw UsageError("no catalogue is known for " + std::string(dialect.name()));
}

std::string current_schema(core::Connection& connection) {
    return detail::catalogue(connection.dialect()).current_schema(connection);
}

bool has_table(core::Connection& connection, const std::string& schema, std::string_view name) {
    return detail::catalogue(connection.dialect()).has_table(connection, schema, name);
}

MetaData reflect(core::Connection& connection) { return reflect(connection, {}); }

MetaData reflect(core::Connection& connection, const ReflectOptions& options) {
    return detail::catalogue(connection.dialect()).reflect(connection, options);
}

std::map<QualifiedName, std::vector<Column>> view_columns(core::Connection& connection, const ReflectOptions& options) {
    return detail::catalogue(connection.dialect()).view_columns(connection, options);
}

std::unique_ptr<ExpressionComparer> expression_comparer(core::Connection& connection) {
    return detail::catalogue(connection.dialect()).comparer(connection);
}

std::unique_ptr<ExpressionComparer> token_comparer() { return std::make_unique<TokenComparer>(); }

}  // namespace strata::schema
