#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/operation.hpp>
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
using schema::Double;
using schema::Enum;
using schema::Integer;
using schema::JsonType;
using schema::LargeBinary;
using schema::Native;
using schema::NoType;
using schema::Numeric;
using schema::Real;
using schema::SmallInteger;
using schema::String;
using schema::Text;
using schema::TimeType;
using schema::Type;
using schema::UserType;
using schema::UuidType;

inline constexpr auto no_action = ReferentialAction::no_action;
inline constexpr auto restrict = ReferentialAction::restrict;
inline constexpr auto cascade = ReferentialAction::cascade;
inline constexpr auto set_null = ReferentialAction::set_null;
inline constexpr auto set_default = ReferentialAction::set_default;

using ColumnNames = std::vector<std::string>;

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

private:
    schema::IndexElement element_;
};
using IndexParts = std::initializer_list<IndexPart>;
/// The same element in descending order.
[[nodiscard]] IndexPart desc(const IndexPart& part);
[[nodiscard]] IndexPart expression(std::string sql);

/// The entries of create_table's list other than columns.
[[nodiscard]] schema::PrimaryKey primary_key(std::string name, ColumnNames columns);
[[nodiscard]] schema::UniqueConstraint unique(std::string name, ColumnNames columns);
[[nodiscard]] schema::CheckConstraint check(std::string name, std::string condition);

class ForeignKeySpec {
public:
    explicit ForeignKeySpec(schema::ForeignKey key) : key_(std::move(key)) {}
    ForeignKeySpec&& on_delete(ReferentialAction action) && { return key_.on_delete = action, std::move(*this); }
    ForeignKeySpec&& on_update(ReferentialAction action) && { return key_.on_update = action, std::move(*this); }
    operator schema::ForeignKey() && { return std::move(key_); }

private:
    schema::ForeignKey key_;
};
/// `foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null)`
[[nodiscard]] ForeignKeySpec foreign_key(std::string name, ColumnNames columns, QualifiedName referred_table,
                                         ColumnNames referred_columns);

class IndexSpec {
public:
    explicit IndexSpec(schema::Index index) : index_(std::move(index)) {}
    IndexSpec&& unique() && { return index_.unique = true, std::move(*this); }
    /// The partial index's predicate, SQL.
    IndexSpec&& where(std::string predicate) && { return index_.where = std::move(predicate), std::move(*this); }
    operator schema::Index() && { return std::move(index_); }

private:
    schema::Index index_;
};
[[nodiscard]] IndexSpec index(std::string name, IndexParts parts);

struct TableComment {
    std::string text;
};
[[nodiscard]] TableComment comment(std::string text);

/// One entry of create_table's list: column(), primary_key(), unique(), foreign_key(), check(), index(), comment().
class TableItem {
public:
    using Part = std::variant<schema::Column, schema::PrimaryKey, schema::UniqueConstraint, schema::ForeignKey,
                              schema::CheckConstraint, schema::Index, TableComment>;
    TableItem(schema::ColumnSpec&& column);
    TableItem(schema::Column column);
    TableItem(schema::PrimaryKey key);
    TableItem(schema::UniqueConstraint unique);
    TableItem(ForeignKeySpec&& key);
    TableItem(schema::CheckConstraint check);
    TableItem(IndexSpec&& index);
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

    /// Properties that are not named stay as they are: `op.alter_column("songs", "title").type(Text{}).nullable(true)`.
    class ColumnChange {
    public:
        ColumnChange& type(Type type);
        ColumnChange& nullable(bool yes);
        ColumnChange& server_default(ServerDefault value);
        ColumnChange& drop_server_default();
        ColumnChange& comment(std::string text);
        /// Whether the database generates the column's values.
        ColumnChange& identity(bool yes = true);
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

    class IndexChange {
    public:
        IndexChange& unique();
        /// The partial index's predicate, SQL.
        IndexChange& where(std::string predicate);

    private:
        friend class Operations;
        IndexChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        [[nodiscard]] schema::Index& index() const;
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    IndexChange create_index(std::string name, QualifiedName table, IndexParts parts);
    void drop_index(std::string name, QualifiedName table);

    class ForeignKeyChange {
    public:
        ForeignKeyChange& on_delete(ReferentialAction action);
        ForeignKeyChange& on_update(ReferentialAction action);

    private:
        friend class Operations;
        ForeignKeyChange(std::vector<Operation>& operations, std::size_t position)
            : operations_(operations), position_(position) {}
        [[nodiscard]] schema::ForeignKey& key() const;
        std::vector<Operation>& operations_;
        std::size_t position_;
    };
    ForeignKeyChange create_foreign_key(std::string name, QualifiedName table, QualifiedName referred_table,
                                        ColumnNames columns, ColumnNames referred_columns);
    void create_unique_constraint(std::string name, QualifiedName table, ColumnNames columns);
    void create_check_constraint(std::string name, QualifiedName table, std::string condition);
    void create_primary_key(std::string name, QualifiedName table, ColumnNames columns);
    /// Drops a constraint of any kind.
    void drop_constraint(std::string name, QualifiedName table);

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
