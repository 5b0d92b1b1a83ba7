#pragma once

#include <strata/core/facts.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/metadata.hpp>

#include <concepts>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// From described models to the schema vocabulary:
///     table(songs, index(songs.status, songs.created_at), check("title_not_empty", "length(title) > 0"))
namespace strata::schema {

/// The parts of a table that the model and its facts do not say. Columns are named by handle.
struct IndexItem {
    Index index;                        // table() fills in the names of its columns
    std::vector<core::ColumnRef> refs;  // in order; empty when the index is on expressions
    IndexItem& unique() & { return index.unique = true, *this; }
    IndexItem&& unique() && { return index.unique = true, std::move(*this); }
    /// The partial index's predicate, SQL.
    IndexItem&& where(std::string sql) && { return index.where = std::move(sql), std::move(*this); }
    IndexItem&& named(std::string name) && { return index.name = std::move(name), std::move(*this); }
};
struct CommentItem {
    std::string text;
    std::optional<core::ColumnRef> column;  // empty: the table's own comment
};
struct NameItem {
    enum class What { primary_key, foreign_key, unique } what;
    std::vector<core::ColumnRef> columns;
    std::string name;
};
using TableItem = std::variant<IndexItem, CheckConstraint, CommentItem, NameItem>;

/// An index named `ix_TABLE_COLUMNS` unless `.named(...)`.
template <class... Source, class... T>
IndexItem index(const core::Column<Source, T>&... columns) {
    return {{}, {columns...}};
}
/// An index on one SQL expression. The name must be given, since it cannot be derived.
IndexItem index_on(std::string name, std::string expression);
/// A CHECK constraint. A plain name becomes `ck_TABLE_name`; a name that begins with `ck_` is kept.
inline CheckConstraint check(std::string name, std::string expression) {
    return {std::move(name), std::move(expression)};
}
inline CommentItem comment(std::string text) { return {std::move(text), {}}; }
template <class Source, class T>
CommentItem comment(const core::Column<Source, T>& column, std::string text) {
    return {std::move(text), core::ColumnRef(column)};
}
/// Gives the constraint this name instead of the conventional one.
NameItem primary_key_named(std::string name);
template <class... Source, class... T>
NameItem foreign_key_named(std::string name, const core::Column<Source, T>&... columns) {
    return {NameItem::What::foreign_key, {columns...}, std::move(name)};
}

/// The table that a described model and its facts describe. Throws UsageError when the model has no key, refers to a
/// column that does not exist, or the like.
Table table_of(const core::TableInfo& model, std::vector<TableItem> items);

template <class Handle, class... Items>
    requires requires { typename Handle::strata_model; }
Table table(const Handle&, Items&&... items) {
    return table_of(core::table_info<typename Handle::strata_model>(), {TableItem(std::forward<Items>(items))...});
}

}  // namespace strata::schema
