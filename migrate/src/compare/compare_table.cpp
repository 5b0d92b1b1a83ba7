#include "compare_table.hpp"

#include "constants.hpp"
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
    [[nodiscard]] static bool mentions_any(std::string_view sql, const std::vector<std::string>& columns) {
        return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return mentions(sql, column); });
    }
    [[nodiscard]] static std::ptrdiff_t count_mentioned(std::string_view sql, const std::vector<std::string>& columns) {
        return std::count_if(columns.begin(), columns.end(), [&](const auto& column) { return mentions(sql, column); });
    }
    [[nodiscard]] bool mentions_replaced(std::string_view sql) const {
        return mentions_any(sql, result_.replaced_columns);
    }
    /// Of an expression that stays. What the database prints of one holds casts for the types that the columns have,
    /// so after a change of these it is made again as the models say it.
    [[nodiscard]] bool same_expression(Role role, const std::string& before, const std::string& after) {
        if (mentions_replaced(before)) return false;
        if (before == after) return count_mentioned(before, retyped_) < 2;  // which must be changed together
        return !mentions_any(before, retyped_) && equal(role, {}, before, after);
    }
    void drop(const std::string& name) { result_.dropped_constraints.emplace_back(DropConstraint{before_.name, name}); }

    /// Whether all fields are the same but the name and those that are compared otherwise.
    template <class Struct>
    [[nodiscard]] static bool same_fields(const Struct& old, const Struct& now,
                                          std::initializer_list<std::string_view> otherwise = {}) {
        bool same = true;
        schema::internal::for_each_field<Struct>([&](std::string_view name, auto field) {
            if (name == "name" || std::find(otherwise.begin(), otherwise.end(), name) != otherwise.end()) return;
            same = same && old.*field == now.*field;
        });
        return same;
    }
    /// Finds each part's equal in the other list: under its name, then under any where the database keeps no name, then
    /// under another name, which `rename` takes. Drops what has none, and adds what is left, as the models say it.
    template <class Part, class Same, class Rename, class Drop, class Add>
    void match(std::vector<Part> schema::Table::* list, const Same& same, const Rename& rename, const Drop& drop_part,
               const Add& add) {
        const auto& olds = before_.*list;
        const auto& news = after_.*list;
        std::vector<bool> kept(olds.size(), false);
        std::vector<bool> there(news.size(), false);
        const auto pair_up = [&](const auto& names_fit, const auto& take) {
            for (std::size_t i = 0; i < olds.size(); ++i)
                for (std::size_t k = 0; k < news.size() && !kept[i]; ++k) {
                    if (there[k] || !names_fit(olds[i], news[k]) || !same(olds[i], news[k])) continue;
                    kept[i] = there[k] = true;
                    take(olds[i], news[k]);
                }
        };
        const auto keep = [](const Part&, const Part&) {};
        pair_up([](const Part& old, const Part& now) { return old.name == now.name; }, keep);
        pair_up([](const Part& old, const Part&) { return old.name.empty(); }, keep);
        pair_up([](const Part&, const Part& now) { return !now.name.empty(); }, rename);
        for (std::size_t i = 0; i < olds.size(); ++i)
            if (!kept[i]) drop_part((database_.*list)[i]);
        for (std::size_t i = 0; i < news.size(); ++i)
            if (!there[i]) add((models_.*list)[i]);
    }
    void rename_constraint(const std::string& from, const std::string& to) {
        result_.renames.emplace_back(RenameConstraint{after_.name, from, to});
    }

    [[nodiscard]] bool is_generated_anew(const schema::Column& old, const schema::Column& now);
    void find_replaced();
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
    std::vector<std::string> retyped_;  // columns that get another type or collation
};

/// Whether the values have to be generated anew. A generated column that becomes a plain one keeps them.
bool TableComparison::is_generated_anew(const schema::Column& old, const schema::Column& now) {
    if (!now.computed) return false;
    return !old.computed || old.computed_virtual != now.computed_virtual ||
           !equal(Role::computed, now.name, *old.computed, *now.computed);
}

/// No database can change a generation expression, nor drop or alter a column that another is generated from. The
/// values are derived, so such a column is dropped before and added after.
void TableComparison::find_replaced() {
    for (const auto& old : before_.columns) {
        const auto* now = after_.find_column(old.name);
        if (now == nullptr || is_generated_anew(old, *now)) result_.replaced_columns.push_back(old.name);
        if (now != nullptr && (!same_type(old, *now) || old.collation != now->collation)) retyped_.push_back(old.name);
    }
    for (bool more = true; more;) {
        more = false;
        for (const auto& column : after_.columns) {
            const auto* old = before_.find_column(column.name);
            if (!column.computed || old == nullptr || replaced(column.name)) continue;
            if (!mentions_replaced(*old->computed) && !mentions_any(*old->computed, retyped_)) continue;
            result_.replaced_columns.push_back(column.name);
            more = true;
        }
    }
}

/// The names of columns in an order in which each follows those that it is generated from.
std::vector<std::string> in_generation_order(const schema::Table& table, std::vector<std::string> names) {
    std::vector<std::string> order;
    while (!names.empty()) {
        auto next = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
            const auto& computed = table.find_column(name)->computed;
            return !computed || std::none_of(names.begin(), names.end(), [&](const std::string& other) {
                return other != name && mentions(*computed, other);
            });
        });
        if (next == names.end()) next = names.begin();  // a circle, which the database refuses
        order.push_back(std::move(*next));
        names.erase(next);
    }
    return order;
}

void TableComparison::columns() {
    find_replaced();
    std::vector<std::string> new_plain, new_generated;
    std::vector<Operation> freed, altered_columns;
    for (std::size_t i = 0; i < after_.columns.size(); ++i) {
        const auto& column = after_.columns[i];
        const auto* old = before_.find_column(column.name);
        if (old == nullptr || replaced(column.name))
            (column.computed ? new_generated : new_plain).push_back(column.name);
        else if (auto change = altered(*old, column, models_.columns[i]))
            (old->computed && !column.computed ? freed : altered_columns).emplace_back(std::move(*change));
    }
    std::vector<std::string> gone_generated, gone_plain;
    for (const auto& name : in_generation_order(before_, result_.replaced_columns))
        (before_.find_column(name)->computed ? gone_generated : gone_plain).push_back(name);
    // A plain column that becomes a generated one goes before that is added, others last.
    const auto becomes_generated = [&](const std::string& name) { return after_.find_column(name) != nullptr; };
    const auto take = [&](std::vector<Operation>& list) {
        std::move(list.begin(), list.end(), std::back_inserter(result_.columns));
    };
    const auto add = [&](const std::string& name) {
        result_.columns.emplace_back(AddColumn{after_.name, *models_.find_column(name)});
    };
    std::reverse(gone_generated.begin(), gone_generated.end());
    for (const auto& name : gone_generated) result_.columns.emplace_back(DropColumn{before_.name, name});
    for (const auto& name : gone_plain)
        (becomes_generated(name) ? result_.columns : result_.rest).emplace_back(DropColumn{before_.name, name});
    take(freed);
    for (const auto& name : new_plain) add(name);
    take(altered_columns);
    for (const auto& name : in_generation_order(after_, new_generated)) add(name);
}

bool TableComparison::same_default(const schema::Column& before, const schema::Column& after) {
    if (before.server_default == after.server_default) return true;
    if (!before.server_default || !after.server_default) return false;
    if (before.type.kind == after.type.kind && same_constant(after.type, *before.server_default, *after.server_default))
        return true;
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
    patch.keep(&Column::computed_virtual).keep(&Column::inherited);
    if (!before.computed || after.computed) patch.keep(&Column::computed);
    if (same_type(before, after))
        patch.keep(&Column::type);
    else if (patch.set(&Column::type, after.type); !comparable(before.type, after.type))
        result_.recast_columns.push_back(before.name);
    const auto in_key = [&](const schema::Table& table) {
        return table.primary_key && contains(table.primary_key->columns, before.name);
    };
    if (in_key(before_) && in_key(after_)) patch.keep(&Column::nullable);  // it is NOT NULL whatever the column says
    // A default of another type has the same text on one database, and no cast on another.
    if (before.type.kind == after.type.kind && same_default(before, after)) patch.keep(&Column::server_default);
    if (patch.empty()) return std::nullopt;
    schema::internal::for_each_field<Column>([&](std::string_view, auto field) {
        if (patch.find(field) != nullptr) patch.set(field, said.*field);
    });
    return AlterColumn{before_.name, before.name, std::move(patch)};
}

void TableComparison::primary_key() {
    const auto& old = before_.primary_key;
    const auto& now = after_.primary_key;
    if (old && now && same_fields(*old, *now) && !replaced(old->columns)) {
        if (!old->name.empty() && !now->name.empty() && old->name != now->name) rename_constraint(old->name, now->name);
        return;
    }
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
        [&](const UniqueConstraint& old, const UniqueConstraint& now) { rename_constraint(old.name, now.name); },
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
            return same_fields(old, now, {"expression"}) &&
                   same_expression(Role::check, old.expression, now.expression);
        },
        [&](const CheckConstraint& old, const CheckConstraint& now) { rename_constraint(old.name, now.name); },
        [&](const CheckConstraint& old) {
            drop(old.name.empty() ? schema::unnamed_check_name(before_.name.name, old.expression) : old.name);
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
        [&](const ForeignKey& old, const ForeignKey& now) { rename_constraint(old.name, now.name); },
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
        if (!same_expression(Role::index_element, old.expression, now.expression)) return false;
    }
    return true;
}

bool TableComparison::same_predicate(const std::string& before, const std::string& after) {
    const auto said = [](const std::string& predicate) { return predicate.empty() ? "true" : predicate; };
    return (before.empty() && after.empty()) || same_expression(Role::index_predicate, said(before), said(after));
}

bool TableComparison::same_index(const schema::Index& before, const schema::Index& after) {
    // An index that was made ONLY is complete once every partition's is attached. Only until then is it known which
    // are.
    const bool complete_enough = !before.only || after.only;
    const bool attached =
        after.attached_to.empty() || after.attached_to == before.attached_to || !waiting_.contains(after.attached_to);
    // What belongs to a partitioned table's index is attached to it by its name.
    const bool renamable = before.attached_to.empty() && after.attached_to.empty() && !before.only && !after.only;
    return complete_enough && attached && (before.name == after.name || renamable) &&
           same_fields(before, after, {"elements", "where", "only", "attached_to"}) && !replaced(before.include) &&
           same_elements(before.elements, after.elements) && same_predicate(before.where, after.where);
}

/// The columns that a foreign key may refer to, since the index makes them unique.
std::vector<std::string> key_of(const schema::Index& index) {
    std::vector<std::string> columns;
    if (!index.unique || !index.where.empty()) return columns;
    for (const auto& element : index.elements) {
        if (element.column.empty()) return {};
        columns.push_back(element.column);
    }
    return columns;
}

void TableComparison::indexes() {
    match(
        &schema::Table::indexes,
        [&](const schema::Index& old, const schema::Index& now) { return same_index(old, now); },
        [&](const schema::Index& old, const schema::Index& now) {
            result_.renames.emplace_back(RenameIndex{after_.name, old.name, now.name});
        },
        [&](const schema::Index& old) {
            result_.dropped_indexes.push_back(old.name);
            if (auto key = key_of(old); !key.empty()) result_.dropped_keys.push_back(std::move(key));
        },
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
        [&](const ExcludeConstraint& old, const ExcludeConstraint& now) { rename_constraint(old.name, now.name); },
        [&](const ExcludeConstraint& old) { drop(old.name); },
        [&](const ExcludeConstraint& now) { result_.added_constraints.emplace_back(AddExclude{after_.name, now}); });
}

void TableComparison::options() {
    using schema::Table;
    Table before = before_;
    for (const auto& operation : result_.renames) {
        const auto say = [&](const auto& rename) { marks_of(before, rename.from).rename(before, rename.to); };
        if (const auto* index = std::get_if<RenameIndex>(&operation))
            say(*index);
        else
            say(std::get<RenameConstraint>(operation));
    }
    auto patch = schema::difference(before, after_);
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
    return dropped_foreign_keys.empty() && dropped_indexes.empty() && dropped_constraints.empty() && renames.empty() &&
           columns.empty() && added_constraints.empty() && added_foreign_keys.empty() && added_indexes.empty() &&
           rest.empty();
}

void TableDifference::forget_rename(const std::string& from) {
    std::erase_if(renames, [&](const Operation& operation) {
        const auto* index = std::get_if<RenameIndex>(&operation);
        return (index != nullptr ? index->from : std::get<RenameConstraint>(operation).from) == from;
    });
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
