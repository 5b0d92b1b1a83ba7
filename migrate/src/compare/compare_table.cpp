#include "compare_table.hpp"

#include "operations/identifiers.hpp"
#include "operations/index_marks.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/type_kinds.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
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
        return core::internal::is_integer(type.kind) ? TypeKind::integer : type.kind;
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

/// The element as SQL, with its collation: what an expression of a model says of a plain column.
std::string text_of(const schema::IndexElement& element) {
    std::string text = element.column.empty() ? element.expression : element.column;
    if (!element.collation.empty()) text += " COLLATE \"" + element.collation.name + "\"";
    return text;
}

class TableComparison {
public:
    TableComparison(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                    ExpressionComparer& comparer, const std::set<schema::QualifiedName>& waiting)
        : database_(before),
          models_(after),
          before_(ddl.as_stored(before)),
          after_(ddl.as_stored(after)),
          ddl_(ddl),
          comparer_(comparer),
          waiting_(waiting) {
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
        return std::move(result_);
    }

private:
    [[nodiscard]] bool equal(Role role, const std::string& column, const std::string& left, const std::string& right) {
        return left == right || comparer_.equal(database_, role, column, left, right);
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

    /// Whether all fields are the same but those that are compared otherwise. What the database keeps without a name
    /// has any.
    template <class Struct>
    [[nodiscard]] bool same_fields(const Struct& old, const Struct& now,
                                   std::initializer_list<std::string_view> otherwise = {}) const {
        bool same = true;
        schema::internal::for_each_field<Struct>([&](std::string_view name, auto field) {
            if (std::find(otherwise.begin(), otherwise.end(), name) != otherwise.end()) return;
            if constexpr (requires { old.name; })
                if (name == "name" && old.name.empty()) return;
            same = same && old.*field == now.*field;
        });
        return same;
    }
    /// Drops what has no equal in the other list, and adds what has none, as the models say it.
    template <class Part, class Same, class Drop, class Add>
    void match(std::vector<Part> schema::Table::* list, const Same& same, const Drop& drop_part, const Add& add) {
        std::vector<bool> there((after_.*list).size(), false);
        for (std::size_t i = 0; i < (before_.*list).size(); ++i) {
            std::size_t found = 0;
            while (found < there.size() && (there[found] || !same((before_.*list)[i], (after_.*list)[found]))) ++found;
            if (found < there.size())
                there[found] = true;
            else
                drop_part((database_.*list)[i]);
        }
        for (std::size_t i = 0; i < there.size(); ++i)
            if (!there[i]) add((models_.*list)[i]);
    }

    void columns();
    [[nodiscard]] bool same_type(const schema::Column& before, const schema::Column& after);
    [[nodiscard]] bool same_default(const schema::Column& before, const schema::Column& after);
    [[nodiscard]] std::optional<AlterColumn> altered(const schema::Column& before, const schema::Column& after,
                                                     const schema::Column& said);
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

    const schema::Table& database_;
    const schema::Table& models_;  // operations hold what the models say
    const schema::Table before_;   // both as this database stores them, which is how they are compared
    const schema::Table after_;
    const schema::DdlCompiler& ddl_;
    ExpressionComparer& comparer_;
    const std::set<schema::QualifiedName>& waiting_;
    TableDifference result_;
};

void TableComparison::columns() {
    std::vector<Operation> anew, added, altered_columns, dropped;
    for (std::size_t i = 0; i < after_.columns.size(); ++i) {
        const auto& column = after_.columns[i];
        const auto& said = models_.columns[i];
        const auto* old = before_.find_column(column.name);
        if (old == nullptr) {
            added.emplace_back(AddColumn{after_.name, said});
            continue;
        }
        const bool both = old->computed && column.computed;
        if (old->computed.has_value() != column.computed.has_value() ||
            (both && old->computed_virtual != column.computed_virtual) ||
            (both && !equal(Role::computed, column.name, *old->computed, *column.computed))) {
            // No database can change a generation expression; the values are derived, so the column is dropped and
            // added again.
            anew.emplace_back(DropColumn{after_.name, column.name});
            anew.emplace_back(AddColumn{after_.name, said});
            result_.replaced_columns.push_back(column.name);
        } else if (auto change = altered(*old, column, said)) {
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

/// A type that the vocabulary has is compared by its fields, another as the database spells it. One that only the
/// database knows is left alone.
bool TableComparison::same_type(const schema::Column& before, const schema::Column& after) {
    using schema::TypeForm;
    if (before.type.form == TypeForm::unknown || after.type.form == TypeForm::unknown) return true;
    if (before.type.generic() && after.type.generic()) return as_far_as_said(before.type, after.type) == after.type;
    if (before.type == after.type) return true;
    const auto left = ddl_.type_name(before.type);
    const auto right = ddl_.type_name(after.type);
    return left.empty() == right.empty() && equal(Role::type, before.name, left, right);
}

std::optional<AlterColumn> TableComparison::altered(const schema::Column& before, const schema::Column& after,
                                                    const schema::Column& said) {
    using schema::Column;
    if (before == after) return std::nullopt;
    auto patch = schema::difference(before, after);
    patch.keep(&Column::computed).keep(&Column::computed_virtual).keep(&Column::inherited);
    if (same_type(before, after))
        patch.keep(&Column::type);
    else if (patch.set(&Column::type, after.type); !comparable(before.type, after.type))
        result_.recast_columns.push_back(before.name);
    const auto in_key = [&](const schema::Table& table) {
        return table.primary_key && contains(table.primary_key->columns, before.name);
    };
    if (in_key(before_) && in_key(after_)) patch.keep(&Column::nullable);  // it is NOT NULL whatever the column says
    if (same_default(before, after)) patch.keep(&Column::server_default);
    if (patch.empty()) return std::nullopt;
    schema::internal::for_each_field<Column>([&](std::string_view, auto field) {
        if (patch.find(field) != nullptr) patch.set(field, said.*field);
    });
    return AlterColumn{before_.name, before.name, std::move(patch)};
}

void TableComparison::primary_key() {
    const auto& old = before_.primary_key;
    const auto& now = after_.primary_key;
    if (old && now && same_fields(*old, *now) && !replaced(old->columns)) return;
    if (old) {
        drop(old->name.empty() ? schema::primary_key_name(before_.name.name) : old->name);
        result_.dropped_keys.push_back(old->columns);
    }
    if (now) result_.added_constraints.emplace_back(AddPrimaryKey{after_.name, *models_.primary_key});
}

void TableComparison::uniques() {
    using schema::UniqueConstraint;
    match(
        &schema::Table::uniques,
        [&](const UniqueConstraint& old, const UniqueConstraint& now) {
            return same_fields(old, now) && !replaced(old.columns);
        },
        [&](const UniqueConstraint& old) {
            drop(old.name.empty() ? schema::unique_name(before_.name.name, old.columns) : old.name);
            result_.dropped_keys.push_back(old.columns);
        },
        [&](const UniqueConstraint& now) { result_.added_constraints.emplace_back(AddUnique{after_.name, now}); });
}

void TableComparison::checks() {
    using schema::CheckConstraint;
    match(
        &schema::Table::checks,
        [&](const CheckConstraint& old, const CheckConstraint& now) {
            return same_fields(old, now, {"expression"}) && !mentions_replaced(old.expression) &&
                   equal(Role::check, {}, old.expression, now.expression);
        },
        [&](const CheckConstraint& old) {
            if (!old.name.empty()) drop(old.name);  // one without a name cannot be named
        },
        [&](const CheckConstraint& now) { result_.added_constraints.emplace_back(AddCheck{after_.name, now}); });
}

void TableComparison::foreign_keys() {
    using schema::ForeignKey;
    match(
        &schema::Table::foreign_keys,
        [&](const ForeignKey& old, const ForeignKey& now) {
            // Whether a key dangles follows from the tables that are there.
            return same_fields(old, now, {"dangling"}) && !replaced(old.columns);
        },
        [&](const ForeignKey& old) { result_.dropped_foreign_keys.push_back(old); },
        [&](const ForeignKey& now) { result_.added_foreign_keys.push_back(now); });
}

bool TableComparison::same_elements(const std::vector<schema::IndexElement>& before,
                                    const std::vector<schema::IndexElement>& after) {
    if (before.size() != after.size()) return false;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto& old = before[i];
        const auto& now = after[i];
        if (!old.column.empty() && now.column.empty()) {
            // The database takes an expression that is a column for that column.
            if (replaced(old.column) || !same_fields(old, now, {"column", "expression", "collation"}) ||
                !schema::token_comparer()->equal(database_, Role::index_element, {}, text_of(old), now.expression))
                return false;
            continue;
        }
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
    // An index that was made ONLY is complete once every partition's is attached. Only until then is it known which
    // are.
    const bool complete_enough = !before.only || after.only;
    const bool attached =
        after.attached_to.empty() || after.attached_to == before.attached_to || !waiting_.contains(after.attached_to);
    return complete_enough && attached && same_fields(before, after, {"elements", "where", "only", "attached_to"}) &&
           !replaced(before.include) && same_elements(before.elements, after.elements) &&
           same_predicate(before.where, after.where);
}

void TableComparison::indexes() {
    match(
        &schema::Table::indexes,
        [&](const schema::Index& old, const schema::Index& now) { return same_index(old, now); },
        [&](const schema::Index& old) { result_.dropped_indexes.push_back(old.name); },
        [&](const schema::Index& now) { result_.added_indexes.emplace_back(CreateIndex{after_.name, now}); });
}

void TableComparison::excludes() {
    using schema::ExcludeConstraint;
    match(
        &schema::Table::excludes,
        [&](const ExcludeConstraint& old, const ExcludeConstraint& now) {
            return same_fields(old, now, {"elements", "where"}) && same_elements(old.elements, now.elements) &&
                   same_predicate(old.where, now.where);
        },
        [&](const ExcludeConstraint& old) { drop(old.name); },
        [&](const ExcludeConstraint& now) { result_.added_constraints.emplace_back(AddExclude{after_.name, now}); });
}

void TableComparison::options() {
    auto patch = schema::difference(before_, after_);
    using schema::Table;
    // A partition's parent and its bound are said together.
    if (patch.find(&Table::partition_of) != nullptr || patch.find(&Table::partition_bound) != nullptr)
        patch.set(&Table::partition_of, after_.partition_of).set(&Table::partition_bound, after_.partition_bound);
    // What the table says of an index goes with it, also where the index is made again.
    const auto say_again = [&](const std::string& index) { detail::marks_of(after_, index).say_in(patch, after_); };
    for (const auto& index : result_.dropped_indexes) say_again(index);
    for (const auto& operation : result_.dropped_constraints)
        if (const auto* dropped = std::get_if<DropConstraint>(&operation)) say_again(dropped->name);
    if (!patch.empty()) result_.rest.emplace_back(AlterTable{after_.name, std::move(patch)});
    if (before_.comment != after_.comment) result_.rest.emplace_back(SetTableComment{after_.name, after_.comment});
}

}  // namespace

bool TableDifference::empty() const {
    return dropped_foreign_keys.empty() && dropped_indexes.empty() && dropped_constraints.empty() && columns.empty() &&
           added_constraints.empty() && added_foreign_keys.empty() && added_indexes.empty() && rest.empty();
}

TableDifference compare_table(const schema::Table& before, const schema::Table& after, const schema::DdlCompiler& ddl,
                              ExpressionComparer& comparer, const std::set<schema::QualifiedName>& waiting) {
    if (before == after) {  // nearly every table, in a check
        TableDifference none;
        none.before = &before;
        none.after = &after;
        return none;
    }
    return TableComparison(before, after, ddl, comparer, waiting).run();
}

std::string name_of(const schema::Table& table, const schema::ForeignKey& key) {
    return key.name.empty() ? schema::foreign_key_name(table.name.name, key.columns, key.referred_table.name)
                            : key.name;
}

}  // namespace strata::migrate::detail
