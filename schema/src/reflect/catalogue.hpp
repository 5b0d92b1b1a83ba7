#pragma once

#include <strata/core/connection.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace strata::schema::detail {

/// An object whose name lies in the same namespace as the names of tables.
struct Relation {
    QualifiedName name;
    std::string kind;  ///< "table", "view", ...
};

/// The questions that the schema layer asks a live database. Stateless and thread safe; one object per dialect.
class Catalogue {
public:
    Catalogue() = default;
    Catalogue(const Catalogue&) = delete;
    Catalogue& operator=(const Catalogue&) = delete;
    virtual ~Catalogue() = default;

    [[nodiscard]] virtual const core::Dialect& dialect() const noexcept = 0;
    [[nodiscard]] virtual std::string current_schema(core::Connection& connection) const = 0;
    [[nodiscard]] virtual bool has_table(core::Connection& connection, const std::string& schema,
                                         std::string_view name) const = 0;
    [[nodiscard]] virtual std::vector<std::string> schema_names(core::Connection& connection) const = 0;
    [[nodiscard]] virtual MetaData reflect(core::Connection& connection, const ReflectOptions& options) const = 0;
    /// What the role may not see or use of these schemas.
    [[nodiscard]] virtual UnmanagedList notes(core::Connection& connection, const ReflectOptions& options) const {
        (void)connection;
        (void)options;
        return {};
    }
    /// The columns with values in another form than Strata's; none where the database has one form for each value.
    [[nodiscard]] virtual UnmanagedList other_forms(core::Connection& connection, const MetaData& metadata) const {
        (void)connection;
        (void)metadata;
        return {};
    }
    /// Which of the roles do not exist; none where a database has no roles.
    [[nodiscard]] virtual std::vector<std::string> missing_roles(core::Connection& connection,
                                                                 const std::vector<std::string>& roles) const {
        (void)connection;
        (void)roles;
        return {};
    }
    [[nodiscard]] virtual std::map<QualifiedName, std::vector<Column>> view_columns(
        core::Connection& connection, const ReflectOptions& options) const = 0;
    /// The relations of these schemas; an empty name is the current schema.
    [[nodiscard]] virtual std::vector<Relation> relations(core::Connection& connection,
                                                          const std::set<std::string>& schemas) const = 0;
    /// Whether the two are one table name to this database.
    [[nodiscard]] virtual bool same_name(const std::string& left, const std::string& right) const = 0;
    /// Whether a foreign key can refer to the column by a key that has it in this collation; empty: in its own.
    [[nodiscard]] virtual bool is_key_by(const Table& table, const std::string& column,
                                         const std::string& collation) const {
        (void)table;
        (void)column;
        (void)collation;
        return true;
    }
    /// The enum types that exist, in use or not.
    [[nodiscard]] virtual std::vector<Type> enum_types(core::Connection& connection) const = 0;

    /// Called before the transaction that drops tables: changes the settings that must be changed for it.
    virtual void before_drop(core::Connection& connection) const = 0;
    /// Restores what before_drop changed. Returns false when it could not: then the connection must not be used any
    /// more.
    [[nodiscard]] virtual bool after_drop(core::Connection& connection) const noexcept = 0;
    /// Drops tables that may refer to one another.
    virtual void drop_tables(core::Connection& connection, const std::vector<QualifiedName>& names) const = 0;
    virtual void drop_enum_type(core::Connection& connection, const QualifiedName& name) const = 0;

    [[nodiscard]] virtual std::unique_ptr<ExpressionComparer> comparer(core::Connection& connection) const = 0;
};

/// Whether the name fits the options' patterns.
[[nodiscard]] bool fits_names(const QualifiedName& name, const ReflectOptions& options);
/// Whether a kind is wanted on which nothing depends, so that it need not be read otherwise.
[[nodiscard]] bool wants_kind(ObjectKind kind, const ReflectOptions& options);
/// Leaves what the options' patterns and kinds ask for, and all that it needs.
void keep_asked(MetaData& metadata, const ReflectOptions& options);

[[nodiscard]] const Catalogue& catalogue(const core::Dialect& dialect);

}  // namespace strata::schema::detail
