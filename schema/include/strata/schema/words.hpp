#pragma once

#include <strata/core/qualified_name.hpp>
#include <strata/schema/metadata.hpp>

#include <concepts>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

/// The words that say what a constraint, an index or a table has, for models and for revisions alike. Each is named as
/// the field of the vocabulary that it sets, so that a new field is one line here.
namespace strata::core {
struct TableInfo;
}

namespace strata::schema {

inline constexpr auto no_action = ReferentialAction::no_action;
inline constexpr auto restrict = ReferentialAction::restrict;
inline constexpr auto cascade = ReferentialAction::cascade;
inline constexpr auto set_null = ReferentialAction::set_null;
inline constexpr auto set_default = ReferentialAction::set_default;

/// A column as a model's handle: `songs.title`. It is read where it is used, so that this header is light.
template <class T>
concept ColumnHandle = requires(const T& handle) { handle.strata_index(); };

/// A column's name, and the model that it was taken from where it was a handle.
struct ColumnName {
    std::string name;
    const core::TableInfo* model = nullptr;
};
template <ColumnHandle Handle>
[[nodiscard]] ColumnName column_name(const Handle& handle) {
    const auto reference = strata_column_ref(handle);
    return {reference.table->column(reference.index).name, reference.table};
}

/// The words for what a constraint or an index has besides its columns:
/// `unique(songs.title).nulls_not_distinct().deferrable(Deferrable::initially_deferred)`. Columns are handles, or in a
/// revision a list of names.
template <class Self, class Part>
class PartWords {
public:
    Self& on_delete(ReferentialAction action) { return part().on_delete = action, self(); }
    Self& on_update(ReferentialAction action) { return part().on_update = action, self(); }
    Self& match(Match how) { return part().match = how, self(); }
    /// The columns that ON DELETE SET NULL or SET DEFAULT sets.
    Self& set_columns(std::vector<std::string> columns) { return part().set_columns = std::move(columns), self(); }
    template <ColumnHandle... Handles>
    Self& set_columns(const Handles&... columns) {
        return part().set_columns = self().names(columns...), self();
    }
    Self& deferrable(Deferrable when = Deferrable::initially_immediate) { return part().deferrable = when, self(); }
    Self& not_valid(bool yes = true) { return part().not_valid = yes, self(); }
    /// SQLite: what the foreign key refers to need not exist.
    Self& dangling(bool yes = true) { return part().dangling = yes, self(); }
    Self& no_inherit(bool yes = true) { return part().no_inherit = yes, self(); }
    Self& unique(bool yes = true) { return part().unique = yes, self(); }
    /// The partial index's predicate, SQL.
    Self& where(std::string predicate) { return part().where = std::move(predicate), self(); }
    Self& method(std::string name) { return part().method = std::move(name), self(); }
    /// Columns that the index holds besides its own.
    Self& include(std::vector<std::string> columns) { return part().include = std::move(columns), self(); }
    template <ColumnHandle... Handles>
    Self& include(const Handles&... columns) {
        return part().include = self().names(columns...), self();
    }
    Self& nulls_not_distinct(bool yes = true) { return part().nulls_not_distinct = yes, self(); }
    /// Storage parameters: `{"fillfactor=70"}`.
    Self& parameters(std::vector<std::string> list) { return part().parameters = std::move(list), self(); }
    Self& tablespace(std::string name) { return part().tablespace = std::move(name), self(); }
    Self& clustered(bool yes = true) { return part().clustered = yes, self(); }
    Self& order(std::vector<KeyOrder> list) { return part().order = std::move(list), self(); }
    Self& on_conflict(std::string action) { return part().on_conflict = std::move(action), self(); }
    Self& comment(std::string text) { return part().comment = std::move(text), self(); }
    /// PostgreSQL: the comment of the index that keeps the constraint.
    Self& index_comment(std::string text) { return part().index_comment = std::move(text), self(); }
    /// PostgreSQL: of a partitioned table, and not by itself of its partitions.
    Self& only(bool yes = true) { return part().only = yes, self(); }
    /// PostgreSQL: the index of the partitioned table, which is `only`.
    Self& attached_to(QualifiedName index) { return part().attached_to = std::move(index), self(); }

private:
    Self& self() { return static_cast<Self&>(*this); }
    Part& part() { return self().part(); }
};

/// A constraint or an index while it is being said.
template <class Part>
class Spec : public PartWords<Spec<Part>, Part> {
public:
    explicit Spec(Part part) : part_(std::move(part)) {}
    /// This name, instead of the one by the naming convention.
    Spec& named(std::string name) { return part_.name = std::move(name), naming_ = Naming::exact, *this; }
    /// No name at all, where the database lets a constraint have none (SQLite).
    Spec& unnamed() { return part_.name.clear(), naming_ = Naming::none, *this; }
    /// Of a foreign key: `foreign_key(songs.user_id).references(users.id)`, or by names
    /// `.references({"music", "users"}, {"id"})`.
    template <ColumnHandle... Handles>
    Spec& references(const Handles&... columns) {
        part_.referred_columns.clear();
        const ColumnName all[] = {column_name(columns)...};
        for (const ColumnName& each : all) part_.referred_columns.push_back(each.name);
        part_.referred_table = detail_name(*all[0].model);
        return *this;
    }
    Spec& references(QualifiedName table, std::vector<std::string> columns) {
        part_.referred_table = std::move(table);
        part_.referred_columns = std::move(columns);
        return *this;
    }

    [[nodiscard]] Part& part() { return part_; }
    [[nodiscard]] const Part& part() const { return part_; }
    operator Part() const { return part_; }

    /// How it gets its name.
    enum class Naming : std::uint8_t { convention, exact, none };
    [[nodiscard]] Naming naming() const { return naming_; }
    /// The models whose handles it names.
    [[nodiscard]] const std::vector<ColumnName>& handles() const { return handles_; }
    template <ColumnHandle... Handles>
    std::vector<std::string> names(const Handles&... columns) {
        std::vector<std::string> result;
        (add(result, column_name(columns)), ...);
        return result;
    }
    void note(const ColumnName& handle) { handles_.push_back(handle); }

private:
    void add(std::vector<std::string>& names, ColumnName handle) {
        names.push_back(handle.name);
        handles_.push_back(std::move(handle));
    }
    template <class Info>
    static QualifiedName detail_name(const Info& info) {
        return info.qualified_name();
    }
    Part part_;
    Naming naming_ = Naming::convention;
    std::vector<ColumnName> handles_;
};

/// An element of an index: a column by handle or by name, `desc(songs.created_at)`, `expression("lower(email)")`, or
/// `element(users.email).collation("C").operator_class("text_pattern_ops")`.
class IndexPart {
public:
    IndexPart(const char* column) { element_.column = column; }
    IndexPart(std::string column) { element_.column = std::move(column); }
    IndexPart(IndexElement element) : element_(std::move(element)) {}
    template <ColumnHandle Handle>
    IndexPart(const Handle& column) : handle_(column_name(column)) {
        element_.column = handle_.name;
    }
    IndexPart& descending(bool yes = true) { return element_.descending = yes, *this; }
    IndexPart& nulls(Nulls where) { return element_.nulls = where, *this; }
    IndexPart& collation(QualifiedName name) { return element_.collation = std::move(name), *this; }
    IndexPart& operator_class(QualifiedName name) { return element_.operator_class = std::move(name), *this; }
    IndexPart& operator_class_options(std::string text) {
        return element_.operator_class_options = std::move(text), *this;
    }
    /// PostgreSQL: the statistics target of an expression.
    IndexPart& statistics(int target) { return element_.statistics = target, *this; }
    [[nodiscard]] const IndexElement& element() const { return element_; }
    [[nodiscard]] const ColumnName& handle() const { return handle_; }

private:
    IndexElement element_;
    ColumnName handle_;
};
using IndexParts = std::initializer_list<IndexPart>;
/// The same element in descending order.
[[nodiscard]] IndexPart desc(IndexPart part);
/// An SQL expression.
[[nodiscard]] IndexPart expression(std::string sql);
/// A column of which more is said than its name.
[[nodiscard]] inline IndexPart element(IndexPart column) { return column; }

/// A property of the table itself.
struct TableOption {
    std::function<void(Table&)> set;
};
[[nodiscard]] TableOption unlogged();
/// `partition_by("RANGE (created_at)")`
[[nodiscard]] TableOption partition_by(std::string key);
/// `partition_of("events", "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")`
[[nodiscard]] TableOption partition_of(QualifiedName parent, std::string bound);
[[nodiscard]] TableOption inherits(std::vector<QualifiedName> parents);
[[nodiscard]] TableOption of_type(QualifiedName type);
[[nodiscard]] TableOption storage_parameters(std::vector<std::string> list);
[[nodiscard]] TableOption tablespace(std::string name);
[[nodiscard]] TableOption access_method(std::string name);
/// `replica_identity("FULL")`
[[nodiscard]] TableOption replica_identity(std::string text);
/// The key or unique constraint by whose index CLUSTER orders the table: `cluster_on("songs_pkey")`. An index says so
/// itself: `.clustered()`.
[[nodiscard]] TableOption cluster_on(std::string constraint);
[[nodiscard]] TableOption row_security();
[[nodiscard]] TableOption force_row_security();
[[nodiscard]] TableOption strict();
[[nodiscard]] TableOption without_rowid();
/// SQLite: `virtual_table("fts5(title, body)")`
[[nodiscard]] TableOption virtual_table(std::string module_with_arguments);
/// What must exist before the table and is not said otherwise, such as a function that a default calls.
[[nodiscard]] TableOption needs(Needs objects);

}  // namespace strata::schema
