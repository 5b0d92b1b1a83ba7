#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/words.hpp>
#include <strata/schema/column.hpp>

#include <functional>
#include <initializer_list>
#include <string>
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
using core::ServerDefault;
using schema::Array;
using schema::BigInteger;
using schema::Boolean;
using schema::Column;
using schema::column;
using schema::DateTime;
using schema::DateTimeTz;
using schema::DateType;
using schema::Double;
using schema::Enum;
using schema::Integer;
using schema::JsonType;
using schema::LargeBinary;
using schema::Native;
using schema::NoType;
using schema::Numeric;
using schema::Object;
using schema::ObjectRef;
using schema::Real;
using schema::SmallInteger;
using schema::String;
using schema::Text;
using schema::TimeType;
using schema::Type;
using schema::UserType;
using schema::UuidType;

using ColumnNames = Names;

/// Server defaults: the current instant, an expression in the database's SQL, a constant.
[[nodiscard]] ServerDefault now();
[[nodiscard]] ServerDefault sql(std::string text);
[[nodiscard]] ServerDefault literal(const Literal& value);
/// A constant of a type for which C++ has no literal, in canonical form: `literal(Kind::date, "2026-11-20")`.
using Kind = core::Value::Kind;
[[nodiscard]] ServerDefault literal(Kind kind, std::string canonical);

/// An element of an index: a column's name, `desc("created_at")`, or `expression("lower(email)")`.
class IndexPart {
public:
    IndexPart(const char* column) { element_.column = column; }
    IndexPart(std::string column) { element_.column = std::move(column); }
    IndexPart(schema::IndexElement element) : element_(std::move(element)) {}
    [[nodiscard]] const schema::IndexElement& element() const { return element_; }

    IndexPart& nulls(Nulls where) { return element_.nulls = where, *this; }
    IndexPart& nulls_first() { return nulls(Nulls::first); }
    IndexPart& nulls_last() { return nulls(Nulls::last); }
    IndexPart& collation(QualifiedName name) { return element_.collation = std::move(name), *this; }
    IndexPart& collate(QualifiedName name) { return collation(std::move(name)); }
    IndexPart& operator_class(QualifiedName name) { return element_.operator_class = std::move(name), *this; }
    /// PostgreSQL: `siglen='32'`
    IndexPart& operator_class_options(std::string options) {
        return element_.operator_class_options = std::move(options), *this;
    }

private:
    schema::IndexElement element_;
};
using IndexParts = std::initializer_list<IndexPart>;
/// The same element in descending order.
[[nodiscard]] IndexPart desc(const IndexPart& part);
/// The column as an element that more is said of: `asc("title").collate("C")`.
[[nodiscard]] IndexPart asc(IndexPart part);
[[nodiscard]] IndexPart expression(std::string sql);

/// The entries of create_table's list other than columns.
[[nodiscard]] PrimaryKeySpec primary_key(std::string name, ColumnNames columns);
[[nodiscard]] UniqueSpec unique(std::string name, ColumnNames columns);
[[nodiscard]] CheckSpec check(std::string name, std::string condition);
/// `foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null)`
[[nodiscard]] ForeignKeySpec foreign_key(std::string name, ColumnNames columns, QualifiedName referred_table,
                                         ColumnNames referred_columns);

[[nodiscard]] IndexSpec index(std::string name, IndexParts parts);
/// PostgreSQL: no two rows for which every operator holds, `exclude("ex_stays", {{"room", "="}, {"during", "&&"}})`;
/// its index is a gist one unless method() says another.
using Exclusions = std::initializer_list<std::pair<IndexPart, std::string>>;
[[nodiscard]] ExcludeSpec exclude(std::string name, Exclusions exclusions);

struct TableComment {
    std::string text;
};
[[nodiscard]] TableComment comment(std::string text);

/// Options of a table, each an entry of its own or chained: `unlogged()`, `partition_by("RANGE (created_at)")`.
[[nodiscard]] TableOptions unlogged(bool yes = true);
[[nodiscard]] TableOptions partition_by(std::string key);
[[nodiscard]] TableOptions partition_of(QualifiedName parent);
[[nodiscard]] TableOptions partition_bound(std::string bound);
[[nodiscard]] TableOptions inherits(std::vector<QualifiedName> parents);
[[nodiscard]] TableOptions of_type(QualifiedName type);
[[nodiscard]] TableOptions parameters(Names settings);
[[nodiscard]] TableOptions tablespace(std::string name);
[[nodiscard]] TableOptions access_method(std::string name);
[[nodiscard]] TableOptions replica_identity(std::string what);
[[nodiscard]] TableOptions row_security(bool yes = true);
[[nodiscard]] TableOptions force_row_security(bool yes = true);
[[nodiscard]] TableOptions strict(bool yes = true);
[[nodiscard]] TableOptions without_rowid(bool yes = true);
[[nodiscard]] TableOptions virtual_table(std::string module);

/// One entry of create_table's list: column(), primary_key(), unique(), foreign_key(), check(), exclude(), index(),
/// comment() and the table's options.
class TableItem {
public:
    using Part =
        std::variant<schema::Column, schema::PrimaryKey, schema::UniqueConstraint, schema::ForeignKey,
                     schema::CheckConstraint, schema::ExcludeConstraint, schema::Index, TableComment, TableOptions>;
    TableItem(const schema::ColumnSpec& column);
    TableItem(schema::Column column);
    TableItem(schema::PrimaryKey key);
    TableItem(schema::UniqueConstraint unique);
    TableItem(schema::CheckConstraint check);
    TableItem(const PrimaryKeySpec& key);
    TableItem(const UniqueSpec& unique);
    TableItem(const ForeignKeySpec& key);
    TableItem(const CheckSpec& check);
    TableItem(const ExcludeSpec& exclude);
    TableItem(const IndexSpec& index);
    TableItem(TableOptions options);
    TableItem(TableComment comment);
    TableItem(const TableItem&);
    ~TableItem();
    [[nodiscard]] const Part& part() const { return part_; }

private:
    Part part_;
};

/// SQL per dialect: `op.execute({{"sqlite", "..."}, {"postgresql", "..."}})`. Nothing runs on a dialect that is not
/// listed.
using PerDialect = std::vector<std::pair<std::string, std::string>>;

/// Records the operations of a revision, under Alembic's names; nothing is run or read here. Used by one thread, inside
/// the revision's callback only.
class Operations {
public:
    Operations();
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;
    ~Operations();

    void create_table(QualifiedName name, std::initializer_list<TableItem> items);
    void drop_table(QualifiedName name);
    void rename_table(QualifiedName from, std::string to);
    void set_table_comment(QualifiedName table, std::string comment);

    void add_column(QualifiedName table, schema::Column column);
    void drop_column(QualifiedName table, std::string column);
    void rename_column(QualifiedName table, std::string from, std::string to);

    /// Fields that are not named stay as they are: `op.alter_column("songs", "title").type(Text{}).nullable(true)`.
    class ColumnChange : public schema::ColumnWords<ColumnChange> {
    public:
        ColumnChange& type(Type type);
        ColumnChange& drop_server_default();
        ColumnChange& drop_computed();
        /// SQL that converts the old values when the type changes; without it they are cast.
        ColumnChange& using_(std::string expression);  // NOLINT(readability-identifier-naming): `using` is taken

    private:
        friend class Operations;
        friend class schema::ColumnWords<ColumnChange>;
        ColumnChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        [[nodiscard]] AlterColumn& change() const;
        template <class T, class Value>
        void set(T Column::* field, Value value) {
            change().patch.set(field, std::move(value));
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ColumnChange alter_column(QualifiedName table, std::string column);

    /// Options that are not named stay as they are: `op.alter_table("songs").unlogged().parameters({"fillfactor=70"})`.
    class TableChange : public TableWords<TableChange> {
    private:
        friend class Operations;
        friend class TableWords<TableChange>;
        TableChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::Table::* field, Value value) {
            std::get<AlterTable>(operations_[position_]).patch.set(field, std::move(value));
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    TableChange alter_table(QualifiedName table);

    class IndexChange : public IndexWords<IndexChange> {
    private:
        friend class Operations;
        friend class IndexWords<IndexChange>;
        IndexChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::Index::* field, Value value) {
            std::get<CreateIndex>(operations_[position_]).index.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    IndexChange create_index(std::string name, QualifiedName table, IndexParts parts);
    void drop_index(std::string name, QualifiedName table);

    class ForeignKeyChange : public ForeignKeyWords<ForeignKeyChange> {
    private:
        friend class Operations;
        friend class ForeignKeyWords<ForeignKeyChange>;
        ForeignKeyChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::ForeignKey::* field, Value value) {
            std::get<AddForeignKey>(operations_[position_]).constraint.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ForeignKeyChange create_foreign_key(std::string name, QualifiedName table, QualifiedName referred_table,
                                        ColumnNames columns, ColumnNames referred_columns);
    class UniqueChange : public UniqueWords<UniqueChange> {
    private:
        friend class Operations;
        friend class UniqueWords<UniqueChange>;
        UniqueChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::UniqueConstraint::* field, Value value) {
            std::get<AddUnique>(operations_[position_]).constraint.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    UniqueChange create_unique_constraint(std::string name, QualifiedName table, ColumnNames columns);
    class CheckChange : public CheckWords<CheckChange> {
    private:
        friend class Operations;
        friend class CheckWords<CheckChange>;
        CheckChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::CheckConstraint::* field, Value value) {
            std::get<AddCheck>(operations_[position_]).constraint.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    CheckChange create_check_constraint(std::string name, QualifiedName table, std::string condition);
    class ExcludeChange : public ExcludeWords<ExcludeChange> {
    private:
        friend class Operations;
        friend class ExcludeWords<ExcludeChange>;
        ExcludeChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::ExcludeConstraint::* field, Value value) {
            std::get<AddExclude>(operations_[position_]).constraint.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ExcludeChange create_exclude_constraint(std::string name, QualifiedName table, Exclusions exclusions);
    class PrimaryKeyChange : public PrimaryKeyWords<PrimaryKeyChange> {
    private:
        friend class Operations;
        friend class PrimaryKeyWords<PrimaryKeyChange>;
        PrimaryKeyChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::PrimaryKey::* field, Value value) {
            std::get<AddPrimaryKey>(operations_[position_]).constraint.*field = std::move(value);
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    PrimaryKeyChange create_primary_key(std::string name, QualifiedName table, ColumnNames columns);
    /// Drops a constraint of any kind.
    void drop_constraint(std::string name, QualifiedName table);

    /// What is not a table. The definition is the statement that creates it, without a final semicolon.
    class ObjectChange : public ObjectWords<ObjectChange> {
    private:
        friend class Operations;
        friend class ObjectWords<ObjectChange>;
        ObjectChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        template <class T, class Value>
        void set(T schema::Object::* field, Value value) {
            std::get<CreateObject>(operations_[position_]).object.*field = std::move(value);
        }
        [[nodiscard]] schema::ObjectRef& reference() const {
            return std::get<CreateObject>(operations_[position_]).object.ref;
        }
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ObjectChange create_object(ObjectKind kind, QualifiedName name, std::string definition);
    /// `op.create_view("song_list", "SELECT title FROM songs")`
    ObjectChange create_view(QualifiedName name, std::string select);
    ObjectChange create_materialized_view(QualifiedName name, std::string select);
    /// `op.create_function("twice", "integer", "CREATE FUNCTION twice(integer) RETURNS integer ...")`
    ObjectChange create_function(QualifiedName name, std::string argument_types, std::string definition);
    ObjectChange create_trigger(QualifiedName name, QualifiedName table, std::string definition);
    /// PostgreSQL. A column's enum type is made with its table; this is for one that no column uses yet.
    ObjectChange create_enum(QualifiedName name, std::vector<std::string> labels);
    void drop_object(schema::ObjectRef object);
    void drop_object(ObjectKind kind, QualifiedName name) {
        drop_object(schema::ObjectRef{kind, std::move(name), {}, {}});
    }
    void drop_view(QualifiedName name) { drop_object(ObjectKind::view, std::move(name)); }
    void drop_materialized_view(QualifiedName name) { drop_object(ObjectKind::materialized_view, std::move(name)); }
    void drop_function(QualifiedName name, std::string argument_types);
    void drop_trigger(QualifiedName name, QualifiedName table);
    void drop_enum(QualifiedName name) { drop_object(ObjectKind::enum_type, std::move(name)); }
    /// Gives it the definition of the new one.
    void replace_object(schema::Object after);
    void replace_object(schema::Object before, schema::Object after);
    void rename_object(schema::ObjectRef object, std::string name);

    /// Your own SQL, one statement or several. It must not end the transaction.
    void execute(std::string sql);
    void execute(PerDialect per_dialect);
    /// Runs the first text on every database for which `per_dialect` has no text.
    void execute(std::string sql, PerDialect per_dialect);
    void bulk_insert(QualifiedName table, ColumnNames columns, std::vector<std::vector<Literal>> rows);
    /// A callback for data migrations. It runs in the revision's transaction and must not end it.
    void run(std::function<void(Connection&)> callback);

    /// Records an operation that was made elsewhere.
    void invoke(Operation operation);
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }

private:
    template <class O>
    O& record(O operation);
    std::vector<Operation> operations_;
};

}  // namespace strata::migrate
