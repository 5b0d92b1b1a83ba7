#pragma once

#include <strata/core/server_default.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/patch.hpp>
#include <strata/schema/seed_rows.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace strata::core {
class Connection;
}

/// The operations of a migration, as data. Autogenerate and hand-written revisions produce operations; SQL generation,
/// rendering, reversal and replay only read them.
namespace strata::migrate {

using schema::Literal;

struct CreateTable {
    schema::Table table;
    /// The name under which DropTable kept the table: it is taken back with its rows. Empty: a new table.
    std::string restored_from{};
    bool if_not_exists = false;  ///< a table of this name that is there already is taken as it is
    bool operator==(const CreateTable&) const = default;
};
struct DropTable {
    schema::QualifiedName table;
    std::string kept_as{};   ///< the table is renamed so, without its keys and indexes; empty: it is dropped
    bool if_exists = false;  ///< where there is none, nothing is done
    bool operator==(const DropTable&) const = default;
};
/// The table stays in its schema.
struct RenameTable {
    schema::QualifiedName from;
    std::string to;
    bool operator==(const RenameTable&) const = default;
};
struct AddColumn {
    schema::QualifiedName table;
    schema::Column column;
    std::string restored_from{};  ///< the name under which DropColumn kept it; empty: a new column
    bool if_not_exists = false;
    bool operator==(const AddColumn&) const = default;
};
struct DropColumn {
    schema::QualifiedName table;
    std::string column;
    /// The column is renamed so, without what needed it, and takes NULL; empty: it is dropped.
    std::string kept_as{};
    bool if_exists = false;
    bool operator==(const DropColumn&) const = default;
};
struct RenameColumn {
    schema::QualifiedName table;
    std::string from;
    std::string to;
    bool operator==(const RenameColumn&) const = default;
};
/// Changes the fields that the patch names and leaves the rest of the column unchanged.
struct AlterColumn {
    schema::QualifiedName table;
    std::string column;
    schema::ColumnPatch patch{};
    std::string using_expression{};  ///< SQL that converts the old values to a new type; empty: a cast
    bool operator==(const AlterColumn&) const = default;
};
/// Changes options of a table.
struct AlterTable {
    schema::QualifiedName table;
    schema::TablePatch patch{};
    bool operator==(const AlterTable&) const = default;
};
struct CreateIndex {
    schema::QualifiedName table;
    schema::Index index;
    bool if_not_exists = false;
    bool concurrently = false;  ///< PostgreSQL: without keeping writers out, outside of the transaction
    bool operator==(const CreateIndex&) const = default;
};
struct DropIndex {
    schema::QualifiedName table;
    std::string name;
    bool if_exists = false;
    bool concurrently = false;
    bool operator==(const DropIndex&) const = default;
};
struct AddUnique {
    schema::QualifiedName table;
    schema::UniqueConstraint constraint;
    bool operator==(const AddUnique&) const = default;
};
struct AddForeignKey {
    schema::QualifiedName table;
    schema::ForeignKey constraint;
    bool operator==(const AddForeignKey&) const = default;
};
struct AddCheck {
    schema::QualifiedName table;
    schema::CheckConstraint constraint;
    bool operator==(const AddCheck&) const = default;
};
struct AddExclude {
    schema::QualifiedName table;
    schema::ExcludeConstraint constraint;
    bool operator==(const AddExclude&) const = default;
};
struct AddPrimaryKey {
    schema::QualifiedName table;
    schema::PrimaryKey constraint;
    bool operator==(const AddPrimaryKey&) const = default;
};
/// Drops a constraint of any kind by its name.
struct DropConstraint {
    schema::QualifiedName table;
    std::string name;
    bool if_exists = false;
    bool operator==(const DropConstraint&) const = default;
};
/// The index keeps its schema and all that it is.
struct RenameIndex {
    schema::QualifiedName table;
    std::string from;
    std::string to;
    bool operator==(const RenameIndex&) const = default;
};
/// Renames a constraint of any kind, together with its index where it has one.
struct RenameConstraint {
    schema::QualifiedName table;
    std::string from;
    std::string to;
    bool operator==(const RenameConstraint&) const = default;
};
/// PostgreSQL: checks the rows that a NOT VALID foreign key or check has not looked at yet. SQLite checks them when the
/// constraint is made.
struct ValidateConstraint {
    schema::QualifiedName table;
    std::string name;
    bool operator==(const ValidateConstraint&) const = default;
};
/// Gives a label of an enum type another name; rows that have it keep their meaning.
struct RenameEnumLabel {
    schema::QualifiedName type;
    std::string from;
    std::string to;
    bool operator==(const RenameEnumLabel&) const = default;
};
struct SetTableComment {
    schema::QualifiedName table;
    std::string comment;
    bool operator==(const SetTableComment&) const = default;
};
/// What is not a table: a view, a function, a trigger.
struct CreateObject {
    schema::Object object;
    bool operator==(const CreateObject&) const = default;
};
struct DropObject {
    schema::ObjectRef object;
    bool operator==(const DropObject&) const = default;
};
/// Gives an object another definition.
struct ReplaceObject {
    std::optional<schema::Object> before;  ///< where it is known
    schema::Object after;
    bool operator==(const ReplaceObject&) const = default;
};
/// The object stays in its schema.
struct RenameObject {
    schema::ObjectRef object;
    std::string name;
    bool operator==(const RenameObject&) const = default;
};
/// Gives an object its owner and its grants, or a role its default privileges. PostgreSQL only.
struct SetPrivileges {
    std::optional<schema::Privileges> before;  ///< where they are known
    schema::Privileges after;
    bool operator==(const SetPrivileges&) const = default;
};
/// Says that the revision may lose rows or values, and why. It does nothing.
struct AllowDestructive {
    std::string reason;
    bool operator==(const AllowDestructive&) const = default;
};
struct DeclaredOperations;
/// The user's own SQL, which replay cannot read. `sql` runs on every database that `per_dialect` does not list.
struct Execute {
    std::string sql;
    core::PerDialect per_dialect;
    /// What the SQL does, as operations that replay carries out in its place; they do not run. Null: it is not said.
    std::shared_ptr<const DeclaredOperations> declared{};
    /// All that the SQL makes, changes or drops, where that is said; else it is what the SQL names. Replay does not
    /// know what these are afterwards.
    std::optional<std::vector<schema::ObjectRef>> touched{};
    friend bool operator==(const Execute& left, const Execute& right);
};
struct BulkInsert {
    schema::QualifiedName table;
    std::vector<std::string> columns;
    std::vector<std::vector<Literal>> rows;
    bool operator==(const BulkInsert&) const = default;
};
/// Brings rows that the models list from one state to another: a row that only `before` has is deleted, one that only
/// `after` has is inserted, any other is updated. Both name the same table and the same key.
struct ChangeRows {
    schema::SeedRows before;
    schema::SeedRows after;
    bool operator==(const ChangeRows&) const = default;
};
/// Gives the rows that have NULL in a column a value. It changes no shape, so a downgrade has nothing to undo.
struct Fill {
    schema::QualifiedName table;
    std::string column;
    Literal value;
    bool operator==(const Fill&) const = default;
};
/// A callback that gets the connection, for data migrations. It runs inside the revision's transaction and must not end
/// it. Replay skips it and an offline script shows it as a comment.
struct Run {
    std::function<void(core::Connection&)> callback;
    std::string name{};  ///< what it does, for plans and messages: `backfill slugs`; empty: it has none
    int version = 0;     ///< of the callback: whoever edits it counts on, so that the change can be told
    /// Callbacks cannot be compared. Two are the same by name and version; one without a name is like no other.
    friend bool operator==(const Run& left, const Run& right) {
        return !left.name.empty() && left.name == right.name && left.version == right.version;
    }
};

using Operation = std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn, RenameColumn, AlterColumn,
                               AlterTable, CreateIndex, DropIndex, AddUnique, AddForeignKey, AddCheck, AddExclude,
                               AddPrimaryKey, DropConstraint, RenameIndex, RenameConstraint, ValidateConstraint,
                               RenameEnumLabel, SetTableComment, CreateObject, DropObject, ReplaceObject, RenameObject,
                               SetPrivileges, AllowDestructive, Execute, BulkInsert, ChangeRows, Fill, Run>;

/// What an Execute declares.
struct DeclaredOperations {
    std::vector<Operation> operations;
    bool operator==(const DeclaredOperations&) const = default;
};

/// Describes the operation in one line, for plans, check and messages: `add column songs.genre`.
[[nodiscard]] std::string describe(const Operation& operation);

}  // namespace strata::migrate
