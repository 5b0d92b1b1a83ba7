#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/execution.hpp>
#include <strata/migrate/operation_words.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace strata::migrate {

using core::Connection;

[[nodiscard]] inline schema::Index& part_of(CreateIndex& operation) { return operation.index; }
template <class O>
[[nodiscard]] auto& part_of(O& operation) {
    return operation.constraint;
}

/// Records the operations of a revision, under Alembic's names; nothing is run or read here. Used by one thread, inside
/// the revision's callback only.
class Operations {
public:
    /// `revision` is the id of the one that is recorded.
    explicit Operations(std::string revision = {});
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;
    ~Operations();

    /// What was recorded may be a thing that an earlier operation kept: then that is taken back, with its rows.
    template <class O>
    class Addition {
    public:
        Addition& restore(std::string kept_as) {
            std::get<O>(operations_[position_]).restored_from = std::move(kept_as);
            return *this;
        }
        /// A table or column of this name that is there already is taken as it is.
        Addition& if_not_exists() {
            std::get<O>(operations_[position_]).if_not_exists = true;
            return *this;
        }

    private:
        friend class Operations;
        explicit Addition(std::vector<Operation>& operations)
            : operations_(operations), position_(operations.size() - 1) {}
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    /// What was recorded drops a table or a column, unless it is kept.
    template <class O>
    class Removal {
    public:
        /// Renames it aside instead of dropping it, `_dropped_NAME_REVISION`; the revision's downgrade takes it back
        /// with its rows, and `purge-dropped` clears it.
        Removal& keep() { return keep(operations_.kept(position_)); }
        Removal& keep(std::string name) {
            std::get<O>(operations_.operations_[position_]).kept_as = std::move(name);
            return *this;
        }
        /// Does nothing where there is no such table or column.
        Removal& if_exists() {
            std::get<O>(operations_.operations_[position_]).if_exists = true;
            return *this;
        }

    private:
        friend class Operations;
        explicit Removal(Operations& operations)
            : operations_(operations), position_(operations.operations_.size() - 1) {}
        Operations& operations_;
        std::size_t position_;
    };

    Addition<CreateTable> create_table(QualifiedName name, std::initializer_list<TableItem> items);
    Removal<DropTable> drop_table(QualifiedName name);
    void rename_table(QualifiedName from, std::string to);
    void set_table_comment(QualifiedName table, std::string comment);
    void drop_table_comment(QualifiedName table) { set_table_comment(std::move(table), {}); }

    Addition<AddColumn> add_column(QualifiedName table, schema::Column column);
    Removal<DropColumn> drop_column(QualifiedName table, std::string column);
    void rename_column(QualifiedName table, std::string from, std::string to);

    /// Properties that are not named stay as they are: `op.alter_column("songs", "title").type(Text{}).nullable(true)`.
    class ColumnChange : public schema::ColumnWords<ColumnChange> {
    public:
        template <auto Field, class Value>
        ColumnChange& set(Value value) {
            change().patch.set(Field, std::move(value));
            return *this;
        }
        ColumnChange& drop_server_default();
        ColumnChange& drop_computed();
        /// SQL that converts the old values when the type changes; without it they are cast.
        ColumnChange& using_(std::string expression);  // NOLINT(readability-identifier-naming): `using` is taken

    private:
        friend class Operations;
        ColumnChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        [[nodiscard]] AlterColumn& change() const;
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ColumnChange alter_column(QualifiedName table, std::string column);

    /// Properties that are not named stay as they are: `op.alter_table("songs").storage_parameters({"fillfactor=70"})`.
    class TableChange : public TableWords<TableChange> {
    public:
        [[nodiscard]] schema::TablePatch& patch() { return std::get<AlterTable>(operations_[position_]).patch; }

    private:
        friend class Operations;
        TableChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    TableChange alter_table(QualifiedName table);

    /// An operation that was recorded; its words change it.
    template <class O>
    class Change : public PartWords<Change<O>, std::decay_t<decltype(part_of(std::declval<O&>()))>> {
    public:
        [[nodiscard]] auto& part() { return part_of(std::get<O>(operations_[position_])); }
        /// An index of this name that is there already is taken as it is.
        Change& if_not_exists()
            requires std::is_same_v<O, CreateIndex>
        {
            return std::get<O>(operations_[position_]).if_not_exists = true, *this;
        }
        /// PostgreSQL: makes the index without keeping writers out. It runs outside of the revision's transaction, so
        /// that the revision may have no other operations than such ones; one that was interrupted is run again.
        Change& concurrently()
            requires std::is_same_v<O, CreateIndex>
        {
            return std::get<O>(operations_[position_]).concurrently = true, *this;
        }

    private:
        friend class Operations;
        explicit Change(std::vector<Operation>& operations)
            : operations_(operations), position_(operations.size() - 1) {}
        std::vector<Operation>& operations_;
        std::size_t position_;
    };

    /// What was recorded drops an index or a constraint.
    template <class O>
    class PartRemoval {
    public:
        /// Does nothing where there is none of this name.
        PartRemoval& if_exists() { return operation().if_exists = true, *this; }
        /// PostgreSQL: as for create_index.
        PartRemoval& concurrently()
            requires std::is_same_v<O, DropIndex>
        {
            return operation().concurrently = true, *this;
        }

    private:
        friend class Operations;
        explicit PartRemoval(std::vector<Operation>& operations)
            : operations_(operations), position_(operations.size() - 1) {}
        [[nodiscard]] O& operation() const { return std::get<O>(operations_[position_]); }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };

    Change<CreateIndex> create_index(std::string name, QualifiedName table, IndexParts parts);
    PartRemoval<DropIndex> drop_index(std::string name, QualifiedName table);
    void rename_index(QualifiedName table, std::string from, std::string to);

    Change<AddForeignKey> create_foreign_key(std::string name, QualifiedName table, QualifiedName referred_table,
                                             ColumnNames columns, ColumnNames referred_columns);
    Change<AddUnique> create_unique_constraint(std::string name, QualifiedName table, ColumnNames columns);
    Change<AddCheck> create_check_constraint(std::string name, QualifiedName table, std::string condition);
    Change<AddPrimaryKey> create_primary_key(std::string name, QualifiedName table, ColumnNames columns);
    Change<AddExclude> create_exclude_constraint(std::string name, QualifiedName table, std::string method,
                                                 IndexParts parts, std::vector<std::string> operators);
    /// Drops a constraint of any kind.
    PartRemoval<DropConstraint> drop_constraint(std::string name, QualifiedName table);
    /// PostgreSQL: checks the rows that a constraint made with not_valid() has not looked at. SQLite has none of these.
    void validate_constraint(std::string name, QualifiedName table);
    /// Renames a constraint of any kind.
    void rename_constraint(QualifiedName table, std::string from, std::string to);

    /// What is not a table and stands alone, made by its statement, which has no final semicolon:
    /// `op.create_object({{ObjectKind::view, "song_list"}, "CREATE VIEW song_list AS SELECT title FROM songs"})`.
    void create_object(Object object);
    void drop_object(ObjectRef object);
    /// Gives an object another definition; without what it was before, a downgrade needs the history to know it.
    void replace_object(Object object);
    void replace_object(Object before, Object after);
    /// The object stays in its schema.
    void rename_object(ObjectRef object, std::string to);

    /// PostgreSQL: who owns an object and who else may do what with it, or with what a role will create:
    /// `op.set_privileges(privileges({ObjectKind::table, "songs"}).owner("music").grant("reader", {"SELECT"}))`. All
    /// other rights are revoked that the history knows of, or that `before` says.
    void set_privileges(schema::Privileges after);
    void set_privileges(schema::Privileges before, schema::Privileges after);

    /// `op.create_view("song_list", "SELECT title FROM songs")`
    void create_view(QualifiedName name, std::string query);
    void replace_view(QualifiedName name, std::string query);
    void drop_view(QualifiedName name);
    void create_materialized_view(QualifiedName name, std::string query);
    void replace_materialized_view(QualifiedName name, std::string query);
    void drop_materialized_view(QualifiedName name);
    /// `op.create_function("twice", "integer", "CREATE FUNCTION twice(n integer) RETURNS integer ...")`
    void create_function(QualifiedName name, std::string argument_types, std::string statement);
    void replace_function(QualifiedName name, std::string argument_types, std::string statement);
    void drop_function(QualifiedName name, std::string argument_types);
    /// `op.create_trigger("songs_touch", "songs", "CREATE TRIGGER songs_touch ...")`
    void create_trigger(std::string name, QualifiedName table, std::string statement);
    void replace_trigger(std::string name, QualifiedName table, std::string statement);
    void drop_trigger(std::string name, QualifiedName table);
    /// An enum type that no column has yet; a column's is made with its table.
    void create_enum(QualifiedName name, std::vector<std::string> labels);
    void drop_enum(QualifiedName name);
    /// Renames a label of an enum type; rows that have it keep their meaning.
    void rename_enum_label(QualifiedName type, std::string from, std::string to);
    /// PostgreSQL. `options` are those of CREATE SEQUENCE, `START 100`.
    void create_sequence(QualifiedName name, std::string options = {});
    void drop_sequence(QualifiedName name);
    void create_extension(std::string name);
    void drop_extension(std::string name);
    void create_schema(std::string name);
    void drop_schema(std::string name);

    /// Lets the revision lose what its operations marked `destructive` lose; without it `upgrade` must be told to.
    void allow_destructive(std::string why);

    /// Your own SQL, one statement or several. It must not end the transaction.
    Execution execute(std::string sql);
    Execution execute(PerDialect per_dialect);
    /// Runs the first text on every database for which `per_dialect` has no text.
    Execution execute(std::string sql, PerDialect per_dialect);
    void bulk_insert(QualifiedName table, ColumnNames columns, std::vector<std::vector<Literal>> rows);
    /// Rows that the models list (schema::rows). The key's columns are among `columns`. A row that is there already
    /// gets the values; one that is missing is not deleted.
    void insert_rows(QualifiedName table, ColumnNames key, ColumnNames columns, std::vector<std::vector<Literal>> rows);
    void delete_rows(QualifiedName table, ColumnNames key, ColumnNames columns, std::vector<std::vector<Literal>> rows);
    /// Deletes the rows that only `before` has, inserts those that only `after` has, and updates the others.
    void change_rows(schema::SeedRows before, schema::SeedRows after);
    /// Gives the rows that have NULL in the column this value, before it becomes NOT NULL say:
    /// `op.fill("songs", "rating", 0)`. Dates, times, UUIDs and decimals are given as text, in any ISO 8601 form.
    void fill(QualifiedName table, std::string column, Literal value);
    /// A callback for data migrations. It runs in the revision's transaction and must not end it. Plans, scripts and
    /// messages show the name; count the version on where you edit the callback:
    /// `op.run("backfill slugs", 1, [](Connection& connection) { ... });`
    void run(std::string name, int version, std::function<void(Connection&)> callback);
    /// One without a name.
    void run(std::function<void(Connection&)> callback);

    /// The value of `-x KEY=VALUE`, or of a program's Arguments; std::nullopt where none was given. Operations that
    /// depend on it make another revision of each value, which is told as edited; a callback of run() that has caught
    /// the value does not: `op.run("demo rows", 1, [count = op.argument("demo")](Connection& connection) { ... });`
    [[nodiscard]] static std::optional<std::string> argument(std::string_view key);

    /// Records an operation that was made elsewhere.
    void invoke(Operation operation);
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }

private:
    template <class O>
    O& record(O operation);
    /// The name under which the table or column of the operation is kept.
    [[nodiscard]] std::string kept(std::size_t position) const;
    std::string revision_;
    std::vector<Operation> operations_;
};

}  // namespace strata::migrate
