#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::schema {

/// Writes DDL for one database. Stateless and thread safe; `ddl_compiler` returns it. Each statement is one string
/// without a final semicolon. `state` gives the rest of the schema as far as a statement depends on it (enum types in
/// use).
class DdlCompiler {
public:
    DdlCompiler() = default;
    DdlCompiler(const DdlCompiler&) = delete;
    DdlCompiler& operator=(const DdlCompiler&) = delete;
    virtual ~DdlCompiler() = default;

    [[nodiscard]] virtual const core::Dialect& dialect() const noexcept = 0;
    /// Whether the two are one name of a table or a column to this database.
    [[nodiscard]] virtual bool same_name(std::string_view left, std::string_view right) const { return left == right; }

    /// CREATE TABLE with its constraints, preceded by its types and followed by its indexes and comments. Foreign keys
    /// to tables in `later` are left out (they close a cycle) where the database can add them afterwards; SQLite always
    /// writes them inline.
    [[nodiscard]] virtual std::vector<std::string> create_table(const Table& table, const MetaData& state,
                                                                const std::vector<QualifiedName>& later = {}) const = 0;
    /// Throws UsageError when the table conflicts with the others.
    virtual void check_beside(const Table& table, const MetaData& others) const {
        (void)table;
        (void)others;
    }
    /// What of the table the database takes and does not enforce, a line each.
    [[nodiscard]] virtual std::vector<std::string> not_enforced(const Table& table) const {
        (void)table;
        return {};
    }
    /// DROP TABLE and the types that no other table of `state` uses.
    [[nodiscard]] virtual std::vector<std::string> drop_table(const Table& table, const MetaData& state) const = 0;
    /// The statements that create an object that is not a table, its comment included. Throws UsageError for a kind
    /// that the database lacks.
    [[nodiscard]] virtual std::vector<std::string> create_object(const Object& object) const = 0;
    /// What must be set before the objects of `metadata` are created, until the transaction ends.
    [[nodiscard]] virtual std::vector<std::string> before_creating(const MetaData& metadata) const {
        (void)metadata;
        return {};
    }
    [[nodiscard]] virtual std::vector<std::string> drop_object(const ObjectRef& object) const = 0;
    /// Gives an object that exists its comment, or takes it; nothing where the database stores no comments.
    [[nodiscard]] virtual std::vector<std::string> comment_object(const Object& object) const {
        (void)object;
        return {};
    }
    [[nodiscard]] virtual std::string create_index(const Table& table, const Index& index) const = 0;
    [[nodiscard]] virtual std::string drop_index(const Table& table, const Index& index) const = 0;
    /// ALTER TABLE ... ADD CONSTRAINT for a foreign key of a cycle; empty when CREATE TABLE wrote it inline.
    [[nodiscard]] virtual std::string add_foreign_key(const Table& table, const ForeignKey& key) const = 0;

    /// ALTER TABLE for a check or a default of a table that was created without it, since it calls a function that
    /// needs the table; empty where the database lacks it.
    [[nodiscard]] virtual std::vector<std::string> add_check(const Table& table, const CheckConstraint& check) const {
        (void)table;
        (void)check;
        return {};
    }
    /// The same for an index, with what belongs to it.
    [[nodiscard]] virtual std::vector<std::string> add_index(const Table& table, const Index& index) const {
        return {create_index(table, index)};
    }
    /// What is said of an index after it is made, such as its comment.
    [[nodiscard]] virtual std::vector<std::string> index_details(const Table& table, const Index& index) const {
        (void)table;
        (void)index;
        return {};
    }
    /// Takes out of a table what can be made only when its partitions, or the table that it is a partition of, are
    /// complete, and returns the statements that make it then.
    [[nodiscard]] virtual std::vector<std::string> put_off_partitioned(Table& table) const {
        (void)table;
        return {};
    }
    [[nodiscard]] virtual std::string set_default(const Table& table, const Column& column) const {
        (void)table;
        (void)column;
        return {};
    }

    /// Gives an object its owner and its grants, or a role its default privileges; `before` are the ones that it has,
    /// null those of a new object. Empty where the database has none. Throws UsageError for a kind that has none.
    [[nodiscard]] virtual std::vector<std::string> set_privileges(const Privileges* before,
                                                                  const Privileges& after) const {
        (void)before;
        (void)after;
        return {};
    }

    /// Makes the database number a column that exists and is not numbered; empty where only CREATE TABLE can.
    [[nodiscard]] virtual std::vector<std::string> add_numbering(const Table& table, const Column& column) const {
        (void)table;
        (void)column;
        return {};
    }
    /// Lets the database number on after rows whose numbers were given; empty where it does so by itself.
    [[nodiscard]] virtual std::vector<std::string> count_past_rows(const Table& table, const Column& column) const {
        (void)table;
        (void)column;
        return {};
    }
    /// What must be dropped of a table before the functions that its defaults and checks call.
    [[nodiscard]] virtual std::vector<std::string> release_functions(const Table& table) const {
        (void)table;
        return {};
    }

    /// The column's definition as CREATE TABLE and ADD COLUMN write it (name, type, NULL, DEFAULT, column checks).
    [[nodiscard]] virtual std::string column_definition(const Table& table, const Column& column) const = 0;
    /// The type's name alone: `VARCHAR(100)`.
    [[nodiscard]] virtual std::string type_name(const Type& type) const = 0;
    /// The kind of value that a column of the type holds in this database, for a model's member: text for a type that
    /// is none of the kinds.
    [[nodiscard]] virtual TypeKind member_kind(const Type& type) const {
        return type.generic() ? type.kind : TypeKind::text;
    }
    /// The column as reflection reads it back from this database: differences that the database does not store are
    /// removed (an enum's name on SQLite, comments where they are not stored).
    [[nodiscard]] virtual Column as_stored(const Table& table, const Column& column) const = 0;
    /// The same for a whole table: what this database does not keep has the value that says nothing.
    [[nodiscard]] virtual Table as_stored(const Table& table) const = 0;
};

/// The index that keeps a constraint, as far as more is said of it than the constraint does.
template <class Constraint>
[[nodiscard]] Index index_of(const Constraint& constraint) {
    Index index;
    index.name = constraint.name;
    index.comment = constraint.index_comment;
    if constexpr (requires { constraint.elements; }) index.elements = constraint.elements;
    return index;
}

[[nodiscard]] const DdlCompiler& ddl_compiler(const core::Dialect& dialect);

/// All statements that create_all runs on an empty database, in dependency order.
[[nodiscard]] std::vector<std::string> create_all_sql(const MetaData& metadata, const core::Dialect& dialect);

/// Constraints, which both databases write in the same way.
[[nodiscard]] std::string constraint_sql(const core::Dialect& dialect, const PrimaryKey& key);
[[nodiscard]] std::string constraint_sql(const core::Dialect& dialect, const UniqueConstraint& unique);
[[nodiscard]] std::string constraint_sql(const core::Dialect& dialect, const ForeignKey& key);
[[nodiscard]] std::string constraint_sql(const core::Dialect& dialect, const CheckConstraint& check);
[[nodiscard]] std::string constraint_sql(const core::Dialect& dialect, const ExcludeConstraint& exclude);

}  // namespace strata::schema
