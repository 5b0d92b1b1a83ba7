#include "postgresql/catalogue.hpp"
#include "reflect/catalogue.hpp"
#include "sqlite/catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <cctype>

namespace strata::schema {
namespace {

/// The statement as it is compared: a database keeps its own spelling of it.
std::string plain(std::string_view sql) {
    std::string text;
    for (const char c : sql) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) == 0) text += static_cast<char>(std::tolower(byte));
    }
    while (text.ends_with(';')) text.pop_back();
    return text;
}

void check_schemas(core::Connection& connection, const ReflectOptions& options) {
    if (!options.schemas.empty() && !options.missing_schemas)
        check_schema_names(options.schemas, schema_names(connection));
}

class TokenComparer final : public ExpressionComparer {
public:
    bool equal(const Table&, Role, const std::string&, const std::string& left, const std::string& right) override {
        try {
            return detail::sqlite::same_expression(left, right);
        } catch (const UsageError&) {  // one of the two cannot be tokenized
            return left == right;
        }
    }
    /// Where SQLite renames a column, it rewrites the views and triggers that name it, with quotes.
    bool same_object(const Object& stored, const Object& wanted) override {
        Object spelt = wanted;
        if (equal({}, Role::check, {}, stored.definition, wanted.definition)) spelt.definition = stored.definition;
        return ExpressionComparer::same_object(stored, spelt);
    }
};

}  // namespace

const detail::Catalogue& detail::catalogue(const core::Dialect& dialect) {
    for (const Catalogue* each : {&schema::sqlite::catalogue(), &schema::postgresql::catalogue()})
        if (&each->dialect() == &dialect) return *each;
    throw UsageError("no catalogue is known for " + std::string(dialect.name()));
}

bool ExpressionComparer::same_object(const Object& stored, const Object& wanted) {
    return plain(stored.definition) == plain(wanted.definition) && stored.labels == wanted.labels &&
           stored.comment == wanted.comment &&
           std::equal(stored.completions.begin(), stored.completions.end(), wanted.completions.begin(),
                      wanted.completions.end(),
                      [](const auto& left, const auto& right) { return plain(left) == plain(right); });
}

std::string current_schema(core::Connection& connection) {
    return detail::catalogue(connection.dialect()).current_schema(connection);
}

bool has_table(core::Connection& connection, const std::string& schema, std::string_view name) {
    return detail::catalogue(connection.dialect()).has_table(connection, schema, name);
}

std::vector<std::string> schema_names(core::Connection& connection) {
    return detail::catalogue(connection.dialect()).schema_names(connection);
}

MetaData reflect(core::Connection& connection) { return reflect(connection, {}); }

MetaData reflect(core::Connection& connection, const ReflectOptions& options) {
    check_schemas(connection, options);
    auto metadata = detail::catalogue(connection.dialect()).reflect(connection, options);
    detail::keep_asked(metadata, options);
    return metadata;
}

UnmanagedList reflection_notes(core::Connection& connection, const ReflectOptions& options) {
    check_schemas(connection, options);
    return detail::catalogue(connection.dialect()).notes(connection, options);
}

UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata) {
    return detail::catalogue(connection.dialect()).other_forms(connection, metadata);
}

std::map<QualifiedName, std::vector<Column>> view_columns(core::Connection& connection, const ReflectOptions& options) {
    check_schemas(connection, options);
    auto columns = detail::catalogue(connection.dialect()).view_columns(connection, options);
    std::erase_if(columns, [&](const auto& view) { return !detail::fits_names(view.first, options); });
    return columns;
}

std::unique_ptr<ExpressionComparer> expression_comparer(core::Connection& connection) {
    return detail::catalogue(connection.dialect()).comparer(connection);
}

std::unique_ptr<ExpressionComparer> token_comparer() { return std::make_unique<TokenComparer>(); }

}  // namespace strata::schema
