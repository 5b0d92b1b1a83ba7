#pragma once

#include <strata/core/facts.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/object_words.hpp>
#include <strata/schema/words.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// From described models to the schema vocabulary:
///     table(songs, index(songs.status, desc(songs.created_at)), check("title_not_empty", "length(title) > 0"))
/// The items say what the model and its facts do not. Columns are named by handle; the words for a part's properties
/// are in words.hpp and column.hpp.
namespace strata::schema {

/// What is said of columns beyond the model: only the fields that are named are changed.
class ColumnItem : public ColumnWords<ColumnItem> {
public:
    explicit ColumnItem(std::vector<core::ColumnRef> columns) : columns_(std::move(columns)) {}
    template <auto Field, class Value>
    ColumnItem& set(Value value) {
        values_.*Field = std::move(value);
        changes_.push_back([](Column& to, const Column& from) { to.*Field = from.*Field; });
        return *this;
    }
    [[nodiscard]] const std::vector<core::ColumnRef>& columns() const { return columns_; }
    void apply(Column& column) const {
        for (auto* change : changes_) change(column, values_);
    }

private:
    std::vector<core::ColumnRef> columns_;
    Column values_;
    std::vector<void (*)(Column& to, const Column& from)> changes_;
};

struct CommentItem {
    std::string text;
    std::optional<core::ColumnRef> column;  // empty: the table's own comment
};

struct FormerNameItem {
    std::string name;
    std::optional<core::ColumnRef> column{};  // empty: the table's own, or a label's
    QualifiedName type{};                     // of a label
    std::string label{};
};

using TableItem =
    std::variant<ColumnItem, Spec<PrimaryKey>, Spec<UniqueConstraint>, Spec<ForeignKey>, Spec<CheckConstraint>,
                 Spec<ExcludeConstraint>, Spec<Index>, TableOption, CommentItem, FormerNameItem>;

/// More about a column: `column(songs.title).collation("C").storage("EXTERNAL")`.
template <class Source, class T>
ColumnItem column(const core::Column<Source, T>& handle) {
    return ColumnItem({handle});
}
/// The type of one column or several, where it is not that of the C++ member: `type(songs.search, native("tsvector"))`,
/// `types(SmallInteger(), songs.year, songs.track)`.
template <class Source, class T>
ColumnItem type(const core::Column<Source, T>& handle, Type type) {
    return ColumnItem({handle}).type(std::move(type));
}
template <class... Source, class... T>
ColumnItem types(Type type, const core::Column<Source, T>&... handles) {
    return ColumnItem({handles...}).type(std::move(type));
}

/// An index named `ix_TABLE_COLUMNS` unless `.named(...)`. Its elements are columns, `desc(column)`,
/// `expression("lower(title)")` and `element(column)`.
Spec<Index> index(std::initializer_list<IndexPart> parts);
template <class... Parts>
    requires(std::convertible_to<const Parts&, IndexPart> && ...)
Spec<Index> index(const Parts&... parts) {
    return index({IndexPart(parts)...});
}
/// An index on one SQL expression, under this name.
Spec<Index> index_on(std::string name, std::string expression);

/// A CHECK constraint. A plain name becomes `ck_TABLE_name`; a name that begins with `ck_` is kept, and so is that of
/// `check("length(title) > 0").named("songs_check")`.
Spec<CheckConstraint> check(std::string name, std::string expression);
Spec<CheckConstraint> check(std::string expression);

/// More about the key that the model has: `primary_key().deferrable()`; or the table's key, where the model has none.
template <ColumnHandle... Handles>
Spec<PrimaryKey> primary_key(const Handles&... columns) {
    Spec<PrimaryKey> key({});
    key.part().columns = key.names(columns...);
    return key;
}
/// A unique constraint, or more about the fact `unique(...)` on the same columns. It is a function object so that
/// argument-dependent lookup does not find std::unique instead.
inline constexpr auto unique = []<ColumnHandle... Handles>(const Handles&... columns) {
    Spec<UniqueConstraint> constraint({});
    constraint.part().columns = constraint.names(columns...);
    return constraint;
};
/// A foreign key, with `.references(...)`; or without it, more about the fact `references(...)` of the same columns.
template <ColumnHandle... Handles>
Spec<ForeignKey> foreign_key(const Handles&... columns) {
    Spec<ForeignKey> key({});
    key.part().columns = key.names(columns...);
    return key;
}
/// PostgreSQL: `exclude("gist", {rooms.room, rooms.during}, {"=", "&&"})`
Spec<ExcludeConstraint> exclude(std::string method, std::initializer_list<IndexPart> parts,
                                std::vector<std::string> operators);

inline CommentItem comment(std::string text) { return {std::move(text), {}}; }
template <class Source, class T>
CommentItem comment(const core::Column<Source, T>& column, std::string text) {
    return {std::move(text), core::ColumnRef(column)};
}

/// What a column or the table was called before, so that autogenerate renames it instead of dropping it:
/// `renamed_from(songs.name, "title")`, `renamed_from("songs")`. It is ignored where the database does not have the
/// former name, so that it may stay.
template <class Source, class T>
FormerNameItem renamed_from(const core::Column<Source, T>& column, std::string former) {
    return {std::move(former), core::ColumnRef(column)};
}
inline FormerNameItem renamed_from(std::string former) { return {std::move(former)}; }
/// What renamed_from() gives for an enumerator. Throws UsageError for a value that has no label.
FormerNameItem former_label(const core::EnumInfo& info, std::int64_t value, std::string former);
/// The same for a label of an enum type, said with a table that has a column of the type:
/// `table(songs, renamed_from(Status::waiting, "queued"))`.
template <core::described_enum E>
FormerNameItem renamed_from(E enumerator, std::string former) {
    return former_label(core::type_of<E>::enum_info, static_cast<std::int64_t>(enumerator), std::move(former));
}

/// Gives the constraint this name instead of the conventional one.
inline Spec<PrimaryKey> primary_key_named(std::string name) { return Spec<PrimaryKey>({}).named(std::move(name)); }
template <class... Source, class... T>
Spec<ForeignKey> foreign_key_named(std::string name, const core::Column<Source, T>&... columns) {
    return foreign_key(columns...).named(std::move(name));
}

/// The table that a described model and its facts describe. Throws UsageError when the model has no key and does not
/// say so by no_key(), refers to a column that does not exist, or the like.
ModelTable table_of(const core::TableInfo& model, const std::vector<TableItem>& items);

template <class Handle>
concept ModelHandle = requires { typename Handle::strata_model; };

template <ModelHandle Handle, class... Items>
ModelTable table(const Handle&, Items&&... items) {
    static_assert(!core::is_view<typename Handle::strata_model>,
                  "strata: STRATA_VIEW describes this struct: say view(handle, query) instead of table(handle)");
    return table_of(core::table_info<typename Handle::strata_model>(), {TableItem(std::forward<Items>(items))...});
}
/// The same with the items as a list, which long lists read better in.
template <ModelHandle Handle>
ModelTable table(const Handle&, std::initializer_list<TableItem> items) {
    return table_of(core::table_info<typename Handle::strata_model>(), items);
}
/// What rows() is given of one list.
SeedRows rows_of(const core::TableInfo& model, const void* fresh, const std::vector<const void*>& rows);

/// Rows that belong to the schema, which create_all inserts and autogenerate migrates:
///     rows(genres, {{.id = 1, .name = "Rock"}, {.id = 2, .name = "Jazz"}})
/// They are told apart by the primary key, which every row gives. Computed columns are left out, and so is a column
/// that the database gives a value where no row gives one. Throws UsageError for a model without a key, two rows with
/// one key, and a column of JSON, bytes or arrays.
template <ModelHandle Handle>
SeedRows rows(const Handle&, std::initializer_list<typename Handle::strata_model> list) {
    using Model = typename Handle::strata_model;
    const Model fresh{};
    std::vector<const void*> rows;
    for (const Model& row : list) rows.push_back(&row);
    return rows_of(core::table_info<Model>(), &fresh, rows);
}

/// A table that no model describes: one without columns, or a virtual one:
/// `table("words", virtual_table("fts5(title, body)"))`.
ModelTable table_of(QualifiedName name, const std::vector<TableItem>& items);
template <class... Items>
ModelTable table(QualifiedName name, Items&&... items) {
    return table_of(std::move(name), {TableItem(std::forward<Items>(items))...});
}

/// A view that a described struct reads (STRATA_VIEW): `view(song_list, "SELECT id, title FROM songs")`. The struct's
/// columns are the query's, in order.
template <ModelHandle Handle>
ObjectSpec view(const Handle&, std::string query) {
    return view(core::table_info<typename Handle::strata_model>().qualified_name(), std::move(query));
}
template <ModelHandle Handle>
ObjectSpec materialized_view(const Handle&, std::string query) {
    return materialized_view(core::table_info<typename Handle::strata_model>().qualified_name(), std::move(query));
}
/// The type of a described enum, for what needs it before a table that uses it: a function, a domain.
template <core::described_enum E>
ObjectSpec enum_type() {
    constexpr const core::EnumInfo& info = core::type_of<E>::enum_info;
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < info.count; ++i) labels.emplace_back(info.labels[i].name);
    return enum_type(QualifiedName(info.schema, info.name()), std::move(labels));
}

}  // namespace strata::schema
