#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/execution.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/words.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// The words a revision is written in. `using namespace strata::migrate;` gives them all:
///     op.create_table("songs", {
///         column("id", BigInteger{}).identity(),
///         column("title", String{255}),
///         primary_key("pk_songs", {"id"}),
///     });
/// Names of constraints and indexes are used as given; an empty name is replaced by the convention of
/// schema/naming.hpp.
namespace strata::migrate {

using core::Connection;
using core::QualifiedName;
using core::ReferentialAction;
using core::ServerDefault;
using schema::Array;
using schema::BigInteger;
using schema::Boolean;
using schema::Column;
using schema::column;
using schema::DateTime;
using schema::DateTimeTz;
using schema::DateType;
using schema::Deferrable;
using schema::Double;
using schema::Enum;
using schema::Integer;
using schema::JsonType;
using schema::KeyOrder;
using schema::LargeBinary;
using schema::Match;
using schema::Native;
using schema::NoType;
using schema::Nulls;
using schema::Numbering;
using schema::Numeric;
using schema::Object;
using schema::ObjectKind;
using schema::ObjectRef;
using schema::Real;
using schema::SequenceOptions;
using schema::SmallInteger;
using schema::String;
using schema::Text;
using schema::TimeType;
using schema::Type;
using schema::UserType;
using schema::UuidType;

// The words that models use too.
using schema::access_method;
using schema::cascade;
using schema::cluster_on;
using schema::default_privileges;
using schema::desc;
using schema::element;
using schema::expression;
using schema::force_row_security;
using schema::IndexPart;
using schema::IndexParts;
using schema::inherits;
using schema::native;
using schema::no_action;
using schema::of_type;
using schema::partition_by;
using schema::partition_of;
using schema::PartWords;
using schema::privileges;
using schema::replica_identity;
using schema::restrict;
using schema::row_security;
using schema::set_default;
using schema::set_null;
using schema::Spec;
using schema::spelt;
using schema::storage_parameters;
using schema::strict;
using schema::TableOption;
using schema::tablespace;
using schema::unlogged;
using schema::virtual_table;
using schema::without_rowid;

using ColumnNames = std::vector<std::string>;

/// SQL per dialect: `{{"sqlite", "..."}, {"postgresql", "..."}}`.
using core::PerDialect;

/// Server defaults: the current instant, an expression in the database's SQL, a constant. An expression may differ
/// between the databases; those that the list does not name take the text before it.
[[nodiscard]] ServerDefault now();
[[nodiscard]] ServerDefault sql(std::string text, PerDialect per_dialect = {});
[[nodiscard]] ServerDefault sql(PerDialect per_dialect);
[[nodiscard]] ServerDefault literal(const Literal& value);
/// A constant of a type for which C++ has no literal, in canonical form: `literal(Kind::date, "2026-11-20")`.
using Kind = core::Value::Kind;
[[nodiscard]] ServerDefault literal(Kind kind, std::string canonical);

/// The entries of create_table's list other than columns.
[[nodiscard]] Spec<schema::PrimaryKey> primary_key(std::string name, ColumnNames columns);
[[nodiscard]] Spec<schema::UniqueConstraint> unique(std::string name, ColumnNames columns);
[[nodiscard]] Spec<schema::CheckConstraint> check(std::string name, std::string condition);
/// `foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null)`
[[nodiscard]] Spec<schema::ForeignKey> foreign_key(std::string name, ColumnNames columns, QualifiedName referred_table,
                                                   ColumnNames referred_columns);
[[nodiscard]] Spec<schema::Index> index(std::string name, IndexParts parts);
/// PostgreSQL: `exclude("no_overlap", "gist", {"room", "during"}, {"=", "&&"})`
[[nodiscard]] Spec<schema::ExcludeConstraint> exclude(std::string name, std::string method, IndexParts parts,
                                                      std::vector<std::string> operators);

/// The words for a table's own properties, named as the fields of the vocabulary: `op.alter_table("songs").unlogged()`.
template <class Self>
class TableWords {
public:
    Self& unlogged(bool yes = true) { return set(&schema::Table::unlogged, yes); }
    Self& partition_of(QualifiedName parent, std::string bound) {
        set(&schema::Table::partition_of, std::move(parent));
        return set(&schema::Table::partition_bound, std::move(bound));
    }
    Self& partition_by(std::string key) { return set(&schema::Table::partition_by, std::move(key)); }
    Self& inherits(std::vector<QualifiedName> parents) { return set(&schema::Table::inherits, std::move(parents)); }
    Self& of_type(QualifiedName type) { return set(&schema::Table::of_type, std::move(type)); }
    Self& storage_parameters(std::vector<std::string> list) { return set(&schema::Table::parameters, std::move(list)); }
    Self& tablespace(std::string name) { return set(&schema::Table::tablespace, std::move(name)); }
    Self& access_method(std::string name) { return set(&schema::Table::access_method, std::move(name)); }
    Self& replica_identity(std::string text) { return set(&schema::Table::replica_identity, std::move(text)); }
    Self& cluster_on(std::string constraint) { return set(&schema::Table::cluster_on, std::move(constraint)); }
    Self& row_security(bool yes = true) { return set(&schema::Table::row_security, yes); }
    Self& force_row_security(bool yes = true) { return set(&schema::Table::force_row_security, yes); }
    Self& strict(bool yes = true) { return set(&schema::Table::strict, yes); }
    Self& without_rowid(bool yes = true) { return set(&schema::Table::without_rowid, yes); }
    Self& virtual_table(std::string module) { return set(&schema::Table::module, std::move(module)); }

private:
    template <class T, class Value>
    Self& set(T schema::Table::* field, Value value) {
        static_cast<Self&>(*this).patch().set(field, std::move(value));
        return static_cast<Self&>(*this);
    }
};

struct TableComment {
    std::string text;
};
[[nodiscard]] TableComment comment(std::string text);

/// One entry of create_table's list: column(), primary_key(), unique(), foreign_key(), check(), exclude(), index(),
/// comment(), or a property of the table.
class TableItem {
public:
    using Part =
        std::variant<schema::Column, schema::PrimaryKey, schema::UniqueConstraint, schema::ForeignKey,
                     schema::CheckConstraint, schema::ExcludeConstraint, schema::Index, TableComment, TableOption>;
    TableItem(const schema::ColumnSpec& column);
    TableItem(schema::Column column);
    TableItem(schema::PrimaryKey key);
    TableItem(schema::UniqueConstraint unique);
    TableItem(schema::CheckConstraint check);
    template <class Described>
    TableItem(const Spec<Described>& spec) : TableItem(Part(named(spec))) {}
    TableItem(TableComment comment);
    TableItem(TableOption option);
    TableItem(const TableItem&);
    ~TableItem();
    [[nodiscard]] const Part& part() const { return part_; }

private:
    explicit TableItem(Part part);
    template <class Described>
    static Described named(const Spec<Described>& spec) {
        auto part = spec.part();
        if (spec.naming() == Spec<Described>::Naming::none) part.name = schema::detail::no_name;
        return part;
    }
    Part part_;
};

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

    private:
        friend class Operations;
        explicit Change(std::vector<Operation>& operations)
            : operations_(operations), position_(operations.size() - 1) {}
        std::vector<Operation>& operations_;
        std::size_t position_;
    };

    Change<CreateIndex> create_index(std::string name, QualifiedName table, IndexParts parts);
    void drop_index(std::string name, QualifiedName table);
    void rename_index(QualifiedName table, std::string from, std::string to);

    Change<AddForeignKey> create_foreign_key(std::string name, QualifiedName table, QualifiedName referred_table,
                                             ColumnNames columns, ColumnNames referred_columns);
    Change<AddUnique> create_unique_constraint(std::string name, QualifiedName table, ColumnNames columns);
    Change<AddCheck> create_check_constraint(std::string name, QualifiedName table, std::string condition);
    Change<AddPrimaryKey> create_primary_key(std::string name, QualifiedName table, ColumnNames columns);
    Change<AddExclude> create_exclude_constraint(std::string name, QualifiedName table, std::string method,
                                                 IndexParts parts, std::vector<std::string> operators);
    /// Drops a constraint of any kind.
    void drop_constraint(std::string name, QualifiedName table);
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
    /// Gives the rows that have NULL in the column this value, before it becomes NOT NULL say:
    /// `op.fill("songs", "rating", 0)`. Dates, times, UUIDs and decimals are given as text, in any ISO 8601 form.
    void fill(QualifiedName table, std::string column, Literal value);
    /// A callback for data migrations. It runs in the revision's transaction and must not end it. Plans, scripts and
    /// messages show the name; count the version on where you edit the callback:
    /// `op.run("backfill slugs", 1, [](Connection& connection) { ... });`
    void run(std::string name, int version, std::function<void(Connection&)> callback);
    /// One without a name.
    void run(std::function<void(Connection&)> callback);

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
