#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/words.hpp>

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

}  // namespace strata::migrate
