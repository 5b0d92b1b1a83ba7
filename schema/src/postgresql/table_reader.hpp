#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <map>

namespace strata::schema::postgresql {

/// Reads the schemas from pg_catalog. `current` is the current schema.
[[nodiscard]] MetaData read_schemas(core::Connection& connection, std::string current, const ReflectOptions& options);
[[nodiscard]] std::map<QualifiedName, std::vector<Column>> read_view_columns(core::Connection& connection,
                                                                             std::string current,
                                                                             const ReflectOptions& options);
/// What the role may not see or use of the schemas.
[[nodiscard]] UnmanagedList read_notes(core::Connection& connection, std::string current,
                                       const ReflectOptions& options);
/// The enum types of every schema.
[[nodiscard]] std::vector<Type> read_enum_types(core::Connection& connection);

/// Gives names as the vocabulary has them: what is in the current schema has none.
class Names {
public:
    Names(std::string current, std::vector<std::string> schemas)
        : current_(std::move(current)), schemas_(boost::json::serialize(boost::json::value_from(schemas))) {}
    [[nodiscard]] QualifiedName name(std::string_view schema, std::string_view name) const {
        return {schema == current_ ? std::string() : std::string(schema), std::string(name)};
    }
    [[nodiscard]] const std::string& current() const noexcept { return current_; }
    /// The schemas that are read, as a JSON array.
    [[nodiscard]] const std::string& schemas() const noexcept { return schemas_; }

private:
    std::string current_;
    std::string schemas_;
};

/// Runs one of the queries and visits its rows.
template <class Visit>
void visit_rows(core::Connection& connection, const Names& names, const char* sql, const Visit& visit) {
    const core::Value values[] = {core::Value::array(names.schemas())};
    auto cursor = connection.query(sql, values);
    while (cursor.next()) visit(cursor.row());
}

/// The strings of a JSON array.
[[nodiscard]] std::vector<std::string> strings(std::string_view json);

/// The options of a sequence that are not its type's own: start, increment, minimum, maximum, cache and cycle, from
/// column `first` on; the type's name is column `type`.
[[nodiscard]] SequenceOptions sequence_options(const core::Row& row, int first, int type);

}  // namespace strata::schema::postgresql
