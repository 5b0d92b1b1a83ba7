#include "compare_table.hpp"

#include "identifiers.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <utility>

namespace strata::migrate::detail {
namespace {

using core::TypeKind;
using core::internal::contains;
using schema::ExpressionComparer;
using Role = schema::ExpressionComparer::Role;

bool any_of(const std::vector<std::string>& columns, const std::vector<std::string>& among) {
    return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return contains(among, column); });
}

/// Whether values of the types compare without a cast, so that a foreign key holds while one side is changed.
bool comparable(const schema::Type& left, const schema::Type& right) {
    const auto family = [](const schema::Type& type) {
        switch (type.kind) {
            case TypeKind::small_integer:
            case TypeKind::integer:
            case TypeKind::big_integer:
                return TypeKind::integer;
            case TypeKind::boolean:
            case TypeKind::real:
            case TypeKind::double_precision:
            case TypeKind::text:
            case TypeKind::bytes:
            case TypeKind::numeric:
            case TypeKind::date:
            case TypeKind::time:
            case TypeKind::timestamp:
            case TypeKind::timestamptz:
            case TypeKind::uuid:
            case TypeKind::json:
            case TypeKind::array:
            case TypeKind::enumeration:
                break;
        }
        return type.kind;
    };
    return left.generic() && right.generic() && family(left) == family(right) && left.name == right.name &&
           left.labels == right.labels && left.element == right.element;
}

/// The text without white space and in lower case, for what no database has parsed for us.
std::string plain(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) == 0) result += static_cast<char>(std::tolower(byte));
    }
    return result;
}

/// Fields that only SQLite keeps; the other ones of this list are PostgreSQL's.
bool of_sqlite(std::string_view field) {
    return field == "on_conflict" || field == "order" || field == "strict" || field == "without_rowid" ||
           field == "module";
}
bool of_postgresql(std::string_view field) {
    for (const std::string_view one : {"comment",        "storage",
                                       "compression",    "statistics",
                                       "options",        "inherited",
                                       "include",        "parameters",
                                       "tablespace",     "method",
                                       "clustered",      "invalid",
                                       "not_valid",      "no_inherit",
                                       "set_columns",    "nulls_not_distinct",
                                       "operator_class", "operator_class_options",
                                       "unlogged",       "partition_by",
                                       "partition_of",   "partition_bound",
                                       "inherits",       "of_type",
                                       "access_method",  "replica_identity",
                                       "row_security",   "force_row_security"})
        if (field == one) return true;
    return false;
}
/// Whether the field says what a table is rather than how it is kept: it is compared where the models say it only.
bool is_nature(std::string_view field) {
    for (const std::string_view one : {"partition_by", "partition_of", "partition_bound", "inherits", "of_type",
                                       "access_method", "strict", "without_rowid", "module"})
        if (field == one) return true;
    return false;
}

class TableComparison {
public:
    TableComparison(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                    ExpressionComparer& comparer)
        : before_(before), after_(after), ddl_(ddl), comparer_(comparer) {
        sqlite_ = ddl.dialect().name() == "sqlite";
        result_.before = &before;
        result_.after = &after;
    }

    TableDifference run() {
        columns();
        primary_key();
        uniques();
        checks();
        foreign_keys();
        indexes();
        excludes();
        options();
        comment();
        return std::move(result_);
    }

private:
    [[nodiscard]] bool equal(Role role, const std::string& column, const std::string& left, const std::string& right) {
        return left == right || comparer_.equal(before_, role, column, left, right);
    }
    [[nodiscard]] bool replaced(const std::string& column) const { return contains(result_.replaced_columns, column); }
    /// Whether one of the columns is dropped, even if a column of the same name is added.
    [[nodiscard]] bool replaced(const std::vector<std::string>& columns) const {
        return any_of(columns, result_.replaced_columns);
    }
    [[nodiscard]] bool mentions_replaced(std::string_view sql) const {
        return std::any_of(result_.replaced_columns.begin(), result_.replaced_columns.end(),
                           [&](const auto& column) { return mentions(sql, column); });
    }
    void drop(const std::string& name) { result_.dropped_constraints.emplace_back(DropConstraint{before_.name, name}); }

    [[nodiscard]] bool kept(std::string_view field) const { return !(sqlite_ ? of_postgresql : of_sqlite)(field); }
    /// Whether all fields are the same but those that are compared otherwise. What the database keeps without a name
    /// has any.
    template <class Struct>
    [[nodiscard]] bool same_fields(const Struct& old, const Struct& now,
                                   std::initializer_list<std::string_view> otherwise = {}) const {
        bool same = true;
        schema::internal::for_each_field<Struct>([&](std::string_view name, auto field) {
            if (std::find(otherwise.begin(), otherwise.end(), name) != otherwise.end() || !kept(name)) return;
            if constexpr (requires { old.name; })
                if (name == "name" && old.name.empty()) return;
            same = same && old.*field == now.*field;
        });
        return same;
    }

    void columns();
    [[nodiscard]] bool same_type(const schema::Type& before, const schema::Type& after) const;
    [[nodiscard]] bool same_default(const schema::Column& before, const schema::Column& after);
    [[nodiscard]] std::optional<AlterColumn> altered(const schema::Column& before, const schema::Column& after);
    void primary_key();
    void uniques();
    void checks();
    void foreign_keys();
    void indexes();
    [[nodiscard]] bool same_elements(const std::vector<schema::IndexElement>& before,
                                     const std::vector<schema::IndexElement>& after);
    [[nodiscard]] bool same_predicate(const std::string& before, const std::string& after);
    [[nodiscard]] bool same_index(const schema::Index& before, const schema::Index& after);
    void excludes();
    void options();
    void comment();

    const schema::Table& before_;
    const schema::Table& after_;
    const schema::DdlCompiler& ddl_;
    ExpressionComparer& comparer_;
    bool sqlite_ = false;
    TableDifference result_;
};

void TableComparison::columns() {
    std::vector<Operation> anew, added, altered_columns, dropped;
    for (const auto& column : after_.columns) {
        const auto* old = before_.find_column(column.name);
        if (old == nullptr) {
            added.emplace_back(AddColumn{after_.name, column});
            continue;
        }
        const bool both = old->computed && column.computed;
        if (old->computed.has_value() != column.computed.has_value() ||
            (both && old->computed_virtual != column.computed_virtual) ||
            (both && !equal(Role::computed, column.name, *old->computed, *column.computed))) {
            // No database can change a generation expression; the values are derived, so the column is dropped and
            // added again.
            anew.emplace_back(DropColumn{after_.name, column.name});
            anew.emplace_back(AddColumn{after_.name, column});
            result_.replaced_columns.push_back(column.name);
        } else if (auto change = altered(*old, column)) {
            altered_columns.emplace_back(std::move(*change));
        }
    }
    for (const auto& column : before_.columns) {
        if (after_.find_column(column.name) != nullptr) continue;
        dropped.emplace_back(DropColumn{before_.name, column.name});
        result_.replaced_columns.push_back(column.name);
    }
    for (auto* list : {&anew, &added, &altered_columns})
        std::move(list->begin(), list->end(), std::back_inserter(result_.columns));
    result_.rest = std::move(dropped);
}

bool TableComparison::same_default(const schema::Column& before, const schema::Column& after) {
    if (before.server_default == after.server_default) return true;
    if (!before.server_default || !after.server_default) return false;
    std::string left, right;
    ddl_.dialect().server_default(left, *before.server_default);
    ddl_.dialect().server_default(right, *after.server_default);
    return equal(Role::server_default, before.name, left, right);
}

std::optional<AlterColumn> TableComparison::altered(const schema::Column& before, const schema::Column& after) {
    const auto stored_before = ddl_.as_stored(before_, before);
    const auto stored_after = ddl_.as_stored(after_, after);
    auto patch = schema::difference(stored_before, stored_after);
    schema::internal::for_each_field<schema::Column>([&](std::string_view name, auto field) {
        if (patch.find(field) == nullptr) return;
        if (kept(name))
            patch.set(field, after.*field);  // as the models say it
        else
            patch.keep(field);
    });
    using schema::Column;
    patch.keep(&Column::computed).keep(&Column::computed_virtual).keep(&Column::inherited);
    if (after.not_null_name.empty()) patch.keep(&Column::not_null_name);
    if (same_type(stored_before.type, stored_after.type))
        patch.keep(&Column::type);
    else if (!comparable(stored_before.type, stored_after.type))
        result_.recast_columns.push_back(before.name);
    const auto in_key = [&](const schema::Table& table) {
        return table.primary_key && contains(table.primary_key->columns, before.name);
    };
    if (in_key(before_) && in_key(after_)) patch.keep(&Column::nullable);  // it is NOT NULL whatever the column says
    if (same_default(stored_before, stored_after)) patch.keep(&Column::server_default);
    if (patch.empty()) return std::nullopt;
    return AlterColumn{before_.name, before.name, std::move(patch)};
}

/// Types of one database are compared as it spells them; one that only the database knows is left alone.
bool TableComparison::same_type(const schema::Type& before, const schema::Type& after) const {
    if (before == after) return true;
    if (before.generic() && after.generic()) return false;
    if (before.form == schema::TypeForm::unknown || after.form == schema::TypeForm::unknown) return true;
    return plain(ddl_.type_name(before)) == plain(ddl_.type_name(after));
}

void TableComparison::primary_key() {
    const auto& old = before_.primary_key;
    const auto& now = after_.primary_key;
    if (old && now && same_fields(*old, *now) && !replaced(old->columns)) return;
    if (old) {
        drop(old->name.empty() ? schema::primary_key_name(before_.name.name) : old->name);
        result_.dropped_keys.push_back(old->columns);
    }
    if (now) result_.added_constraints.emplace_back(AddPrimaryKey{after_.name, *now});
}

void TableComparison::uniques() {
    const auto same = [&](const schema::UniqueConstraint& old, const schema::UniqueConstraint& now) {
        return same_fields(old, now) && !replaced(old.columns);
    };
    for (const auto& old : before_.uniques) {
        if (std::any_of(after_.uniques.begin(), after_.uniques.end(), [&](const auto& now) { return same(old, now); }))
            continue;
        drop(old.name.empty() ? schema::unique_name(before_.name.name, old.columns) : old.name);
        result_.dropped_keys.push_back(old.columns);
    }
    for (const auto& now : after_.uniques)
        if (std::none_of(before_.uniques.begin(), before_.uniques.end(),
                         [&](const auto& old) { return same(old, now); }))
            result_.added_constraints.emplace_back(AddUnique{after_.name, now});
}

void TableComparison::checks() {
    const auto find = [](const schema::Table& table, const std::string& name) {
        const auto found = std::find_if(table.checks.begin(), table.checks.end(),
                                        [&](const auto& check) { return check.name == name; });
        return found == table.checks.end() ? nullptr : &*found;
    };
    std::vector<std::string> kept;
    for (const auto& old : before_.checks) {
        if (old.name.empty()) continue;  // unnamed ones cannot be told apart
        const auto* now = find(after_, old.name);
        if (now != nullptr && same_fields(old, *now, {"expression"}) && !mentions_replaced(old.expression) &&
            equal(Role::check, {}, old.expression, now->expression))
            kept.push_back(old.name);
        else
            drop(old.name);
    }
    for (const auto& now : after_.checks)
        if (!contains(kept, now.name)) result_.added_constraints.emplace_back(AddCheck{after_.name, now});
}

void TableComparison::foreign_keys() {
    const auto same = [&](const schema::ForeignKey& old, const schema::ForeignKey& now) {
        return same_fields(old, now) && !replaced(old.columns);
    };
    for (const auto& old : before_.foreign_keys)
        if (std::none_of(after_.foreign_keys.begin(), after_.foreign_keys.end(),
                         [&](const auto& now) { return same(old, now); }))
            result_.dropped_foreign_keys.push_back(old);
    for (const auto& now : after_.foreign_keys)
        if (std::none_of(before_.foreign_keys.begin(), before_.foreign_keys.end(),
                         [&](const auto& old) { return same(old, now); }))
            result_.added_foreign_keys.push_back(now);
}

bool TableComparison::same_elements(const std::vector<schema::IndexElement>& before,
                                    const std::vector<schema::IndexElement>& after) {
    if (before.size() != after.size()) return false;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto& old = before[i];
        const auto& now = after[i];
        if (!same_fields(old, now, {"expression"}) || replaced(old.column)) return false;
        if (!old.column.empty()) continue;
        if (mentions_replaced(old.expression) || !equal(Role::index_element, {}, old.expression, now.expression))
            return false;
    }
    return true;
}

bool TableComparison::same_predicate(const std::string& before, const std::string& after) {
    if (before.empty() != after.empty()) return false;
    return before.empty() || (!mentions_replaced(before) && equal(Role::index_predicate, {}, before, after));
}

bool TableComparison::same_index(const schema::Index& before, const schema::Index& after) {
    return same_fields(before, after, {"elements", "where"}) && !replaced(before.include) &&
           same_elements(before.elements, after.elements) && same_predicate(before.where, after.where);
}

void TableComparison::excludes() {
    const auto same = [&](const schema::ExcludeConstraint& old, const schema::ExcludeConstraint& now) {
        return same_fields(old, now, {"elements", "where"}) && same_elements(old.elements, now.elements) &&
               same_predicate(old.where, now.where);
    };
    std::vector<std::string> kept_names;
    for (const auto& old : before_.excludes) {
        if (std::any_of(after_.excludes.begin(), after_.excludes.end(),
                        [&](const auto& now) { return same(old, now); }))
            kept_names.push_back(old.name);
        else
            drop(old.name);
    }
    for (const auto& now : after_.excludes)
        if (!contains(kept_names, now.name)) result_.added_constraints.emplace_back(AddExclude{after_.name, now});
}

void TableComparison::options() {
    auto patch = schema::difference(before_, after_);
    const schema::Table unsaid;
    schema::internal::for_each_field<schema::Table>([&](std::string_view name, auto field) {
        if (patch.find(field) == nullptr) return;
        if (!kept(name) || (is_nature(name) && after_.*field == unsaid.*field)) patch.keep(field);
    });
    if (!patch.empty()) result_.rest.emplace_back(AlterTable{after_.name, std::move(patch)});
}

void TableComparison::indexes() {
    std::vector<std::string> kept;
    for (const auto& old : before_.indexes) {
        const auto now = std::find_if(after_.indexes.begin(), after_.indexes.end(),
                                      [&](const auto& index) { return index.name == old.name; });
        if (now != after_.indexes.end() && same_index(old, *now))
            kept.push_back(old.name);
        else
            result_.dropped_indexes.push_back(old.name);
    }
    for (const auto& now : after_.indexes)
        if (!contains(kept, now.name)) result_.added_indexes.emplace_back(CreateIndex{after_.name, now});
}

void TableComparison::comment() {
    // A dialect that does not store comments does not store a column's comment either.
    schema::Column probe;
    probe.name = "probe";
    probe.comment = "probe";
    if (ddl_.as_stored(after_, probe).comment.empty()) return;
    if (before_.comment != after_.comment) result_.rest.emplace_back(SetTableComment{after_.name, after_.comment});
}

}  // namespace

bool TableDifference::empty() const {
    return dropped_foreign_keys.empty() && dropped_indexes.empty() && dropped_constraints.empty() && columns.empty() &&
           added_constraints.empty() && added_foreign_keys.empty() && added_indexes.empty() && rest.empty();
}

TableDifference compare_table(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                              ExpressionComparer& comparer) {
    return TableComparison(before, after, ddl, comparer).run();
}

std::string name_of(const schema::Table& table, const schema::ForeignKey& key) {
    return key.name.empty() ? schema::foreign_key_name(table.name.name, key.columns, key.referred_table.name)
                            : key.name;
}

}  // namespace strata::migrate::detail
