#include "compare_table.hpp"

#include "identifiers.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
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

/// The type without what the other one leaves open: the digits of a second, the modifiers of an array's elements.
schema::Type as_far_as_said(schema::Type type, const schema::Type& other) {
    if (other.fraction < 0) type.fraction = -1;
    if (type.kind != TypeKind::array || other.kind != TypeKind::array) return type;
    type.dimensions = other.dimensions;
    const schema::Type& element = type.element.front();
    const schema::Type& wanted = other.element.front();
    if (element.generic() && wanted.generic() && element.kind == wanted.kind && wanted.length == 0 &&
        wanted.precision == 0 && element.name == wanted.name && element.labels == wanted.labels)
        type.element = other.element;
    return type;
}

/// Whether a model can say all that the index is. What it cannot say is another's, and left alone.
bool can_be_said(const schema::Index& index) {
    const bool plain = std::all_of(index.elements.begin(), index.elements.end(), [](const auto& element) {
        return element.nulls == schema::Nulls::database_default && element.collation.empty() &&
               element.operator_class.empty();
    });
    return plain && index.method.empty() && index.include.empty() && !index.nulls_not_distinct && !index.invalid &&
           index.parameters.empty();
}

/// The element as SQL, with its collation: what an expression of a model says of a plain column.
std::string text_of(const schema::IndexElement& element) {
    std::string text = element.column.empty() ? element.expression : element.column;
    if (!element.collation.empty()) text += " COLLATE \"" + element.collation.name + "\"";
    return text;
}

class TableComparison {
public:
    TableComparison(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                    ExpressionComparer& comparer)
        : before_(before), after_(after), ddl_(ddl), comparer_(comparer) {
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

    void columns();
    [[nodiscard]] bool same_default(const schema::Column& before, const schema::Column& after);
    [[nodiscard]] std::optional<AlterColumn> altered(const schema::Column& before, const schema::Column& after);
    void primary_key();
    void uniques();
    void checks();
    void foreign_keys();
    void indexes();
    [[nodiscard]] bool same_index(const schema::Index& before, const schema::Index& after);
    void comment();

    const schema::Table& before_;
    const schema::Table& after_;
    const schema::DdlCompiler& ddl_;
    ExpressionComparer& comparer_;
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
    AlterColumn change{before_.name, before.name};

    const bool foreign = !stored_before.type.generic() || !stored_after.type.generic();
    if (!foreign && as_far_as_said(stored_before.type, stored_after.type) != stored_after.type) {
        change.type = after.type;
        if (!comparable(stored_before.type, stored_after.type)) result_.recast_columns.push_back(before.name);
    }
    const auto in_key = [&](const schema::Table& table) {
        return table.primary_key && contains(table.primary_key->columns, before.name);
    };
    const bool key = in_key(before_) && in_key(after_);  // a key column is NOT NULL whatever the column says
    if (!key && stored_before.nullable != stored_after.nullable) change.nullable = after.nullable;
    if (!same_default(stored_before, stored_after)) change.server_default = after.server_default;
    if (stored_before.identity != stored_after.identity) change.identity = after.identity;
    if (stored_before.comment != stored_after.comment) change.comment = after.comment;

    if (change == AlterColumn{before_.name, before.name}) return std::nullopt;
    return change;
}

void TableComparison::primary_key() {
    const auto& old = before_.primary_key;
    const auto& now = after_.primary_key;
    if (old && now && old->columns == now->columns && (old->name == now->name || old->name.empty()) &&
        !replaced(old->columns))
        return;
    if (old) {
        drop(old->name.empty() ? schema::primary_key_name(before_.name.name) : old->name);
        result_.dropped_keys.push_back(old->columns);
    }
    if (now) result_.added_constraints.emplace_back(AddPrimaryKey{after_.name, *now});
}

void TableComparison::uniques() {
    const auto same = [&](const schema::UniqueConstraint& old, const schema::UniqueConstraint& now) {
        return old.columns == now.columns && (old.name == now.name || old.name.empty()) && !replaced(old.columns);
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
        if (now != nullptr && !mentions_replaced(old.expression) &&
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
        return old.columns == now.columns && old.referred_table == now.referred_table &&
               old.referred_columns == now.referred_columns && old.on_delete == now.on_delete &&
               old.on_update == now.on_update && (old.name == now.name || old.name.empty()) && !replaced(old.columns);
    };
    const auto is_ours = [&](const schema::ForeignKey& key) {
        // A key to another schema that no model has is another's.
        return key.referred_table.schema == before_.name.schema ||
               std::any_of(after_.foreign_keys.begin(), after_.foreign_keys.end(),
                           [&](const auto& now) { return now.columns == key.columns || now.name == key.name; });
    };
    for (const auto& old : before_.foreign_keys)
        if (is_ours(old) && std::none_of(after_.foreign_keys.begin(), after_.foreign_keys.end(),
                                         [&](const auto& now) { return same(old, now); }))
            result_.dropped_foreign_keys.push_back(old);
    for (const auto& now : after_.foreign_keys)
        if (std::none_of(before_.foreign_keys.begin(), before_.foreign_keys.end(),
                         [&](const auto& old) { return same(old, now); }))
            result_.added_foreign_keys.push_back(now);
}

bool TableComparison::same_index(const schema::Index& before, const schema::Index& after) {
    if (before.unique != after.unique || before.elements.size() != after.elements.size()) return false;
    for (std::size_t i = 0; i < before.elements.size(); ++i) {
        const auto& old = before.elements[i];
        const auto& now = after.elements[i];
        if (old.descending != now.descending || replaced(old.column)) return false;
        if (!old.column.empty() && now.column.empty()) {
            // The database takes an expression that is a column for that column.
            if (!schema::token_comparer()->equal(before_, Role::index_element, {}, text_of(old), now.expression))
                return false;
            continue;
        }
        if (old.column != now.column) return false;
        if (!old.column.empty()) continue;
        if (mentions_replaced(old.expression) || !equal(Role::index_element, {}, old.expression, now.expression))
            return false;
    }
    if (before.where.empty() != after.where.empty()) return false;
    return before.where.empty() ||
           (!mentions_replaced(before.where) && equal(Role::index_predicate, {}, before.where, after.where));
}

void TableComparison::indexes() {
    std::vector<std::string> kept;
    for (const auto& old : before_.indexes) {
        const auto now = std::find_if(after_.indexes.begin(), after_.indexes.end(),
                                      [&](const auto& index) { return index.name == old.name; });
        if (now != after_.indexes.end() && same_index(old, *now))
            kept.push_back(old.name);
        else if (now != after_.indexes.end() || can_be_said(old))
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
