#include "compare_families.hpp"
#include "operations/dependents.hpp"
#include "operations/lookup.hpp"
#include "operations/seed_rows.hpp"
#include "renamed_parts.hpp"
#include "respelling.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/internal/object_kinds.hpp>
#include <strata/schema/internal/table_index.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using detail::TableDifference;
using schema::ForeignKey;
using schema::MetaData;
using schema::Table;

bool same_set(std::vector<std::string> left, std::vector<std::string> right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

bool is_key(const Table& table, const std::vector<std::string>& columns) {
    return (table.primary_key && same_set(table.primary_key->columns, columns)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(),
                       [&](const auto& unique) { return same_set(unique.columns, columns); });
}

/// A foreign key and the table that has it.
struct Reference {
    const Table* table;
    const ForeignKey* key;
};

/// In an order in which they can be created, each after what it needs: the table that it is a partition of, an object
/// over the rows of another.
void sort_by_needs(std::vector<const Table*>& tables, const MetaData& state) {
    if (tables.empty()) return;
    std::map<const Table*, std::size_t> places;
    for (const auto& item : schema::creation_order(state))
        if (const auto* const* table = std::get_if<const Table*>(&item)) places.emplace(*table, places.size());
    std::sort(tables.begin(), tables.end(),
              [&](const Table* left, const Table* right) { return places.at(left) < places.at(right); });
}

class Comparison {
public:
    Comparison(const MetaData& database, const MetaData& models, const schema::DdlCompiler& ddl,
               schema::ExpressionComparer& comparer)
        : database_(database), models_(models), database_tables_(database), comparer_(comparer) {
        const schema::internal::TableIndex models_tables(models);
        std::set<schema::QualifiedName> waiting;
        for (const auto& table : database.tables)
            for (const auto& index : table.indexes)
                if (index.only) waiting.emplace(table.name.schema, index.name);
        for (const auto* table : models.sorted_tables()) {
            if (schema::is_version_table(table->name)) continue;
            const auto* old = database_tables_.find(table->name);
            if (old == nullptr)
                created_.push_back(table);
            else
                differences_.emplace(table->name, detail::compare_table(*old, *table, ddl, comparer, waiting)),
                    order_.push_back(table->name);
        }
        for (const auto& each : database.tables) {
            const auto* table = &each;
            if (!schema::is_version_table(table->name) && models_tables.find(table->name) == nullptr)
                dropped_.push_back(table);
        }
        sort_by_needs(created_, models);
        sort_by_needs(dropped_, database);
        std::reverse(dropped_.begin(), dropped_.end());
        // A foreign key prevents changes of the columns that it refers to; it is dropped first and added again last.
        for (auto& [name, difference] : differences_) find_held(difference);
        find_late_indexes();
        detail::settle_columns(differences_, order_);
        detail::settle_pieces(differences_, order_);
        moving_names_ = detail::take_moving_names(differences_, order_, created_);
    }

    std::vector<Operation> run() {
        compare_objects();
        take(drops_);
        take(first_[0]);
        detach();
        early_drops();
        const bool drop_first = names_collide();
        if (drop_first) drop_tables();
        take(moving_names_);
        create_tables();
        if (!drop_first) drop_tables();
        change_tables();
        create_late_indexes();
        for (auto& operation : late_) operations_.push_back(std::move(operation));
        take(last_);
        compare_privileges();
        return std::move(operations_);
    }

private:
    void take(std::vector<Operation>& list) { std::move(list.begin(), list.end(), std::back_inserter(operations_)); }
    void find_held(TableDifference& difference);
    void find_late_indexes();
    [[nodiscard]] bool is_late(const schema::QualifiedName& index) const {
        return std::any_of(late_indexes_.begin(), late_indexes_.end(), [&](const CreateIndex& late) {
            return schema::QualifiedName(late.table.schema, late.index.name) == index;
        });
    }
    /// Whether an index that is to be made must wait; it is remembered then.
    [[nodiscard]] bool wait(const schema::QualifiedName& table, const schema::Index& index);
    void create_late_indexes();
    [[nodiscard]] bool holds(const TableDifference& difference, const ForeignKey& key) const;
    [[nodiscard]] bool dropped(const schema::QualifiedName& table) const {
        return std::any_of(dropped_.begin(), dropped_.end(), [&](const Table* other) { return other->name == table; });
    }
    /// Whether a foreign key to these columns can be created before the tables are changed.
    [[nodiscard]] bool key_exists(const schema::QualifiedName& table, const std::vector<std::string>& columns) const;
    [[nodiscard]] bool names_collide() const;
    void early_drops();
    [[nodiscard]] bool refers(const ForeignKey& key, const Table& table) const;
    [[nodiscard]] bool is_referred_partition(const Table& table) const;
    [[nodiscard]] const Table* first_dropped_need(const schema::Object& object) const;
    void create_tables();
    void put_off_calls(Table& table, std::size_t made);
    void drop_tables();
    void release(const Table& table, std::vector<Operation>& drops) const;
    /// Before a table that it is a partition of is dropped, which would drop it, too.
    void detach();
    void change_tables();
    void take_from_table(TableDifference& difference);
    void give_to_table(TableDifference& difference);
    void drop_foreign_key(const Table& table, const ForeignKey& key) {
        operations_.emplace_back(DropConstraint{table.name, detail::name_of(table, key)});
    }

    void compare_objects();
    [[nodiscard]] bool is_disturbed(const schema::Object& object) const;
    [[nodiscard]] std::set<schema::ObjectRef> off_while_tables_change();
    [[nodiscard]] std::size_t place_among_tables(const schema::ObjectRef& ref);
    /// Those that both sides have, and those of what is created.
    void compare_privileges();

    const MetaData& database_;
    const MetaData& models_;
    schema::internal::TableIndex<const MetaData> database_tables_;
    schema::ExpressionComparer& comparer_;
    std::vector<const Table*> created_;  // each after those it refers to
    std::vector<const Table*> dropped_;  // each before those it refers to
    std::map<schema::QualifiedName, TableDifference> differences_;
    std::vector<schema::QualifiedName> order_;
    std::vector<schema::QualifiedName> finished_;
    std::vector<Operation> operations_;
    std::vector<Operation> moving_names_;  // drops and renames of indexes whose names go to other tables
    std::vector<Operation> late_;
    std::vector<CreateIndex> late_indexes_;  // those that are ONLY a partitioned table's, and what is attached to them
    std::vector<Operation> drops_;           // of objects that tables do not need, before the tables
    std::map<std::size_t, std::vector<Operation>> first_;  // objects that tables need, after so many new tables
    std::map<schema::ObjectRef, std::size_t> places_;      // what place_among_tables knows
    std::map<schema::QualifiedName, std::vector<Operation>> drops_among_;  // before the table, which they need
    std::vector<Operation> last_;  // objects that need tables, and drops of those that tables needed
};

bool Comparison::holds(const TableDifference& difference, const ForeignKey& key) const {
    if (dropped(key.referred_table)) return true;
    const auto changed = [](const std::vector<std::string>& columns, const std::vector<std::string>& among) {
        return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return contains(among, column); });
    };
    if (changed(key.columns, difference.recast_columns)) return true;
    const auto referred = differences_.find(key.referred_table);
    if (referred == differences_.end()) return false;
    const auto& keys = referred->second.dropped_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const auto& k) { return same_set(k, key.referred_columns); }) ||
           changed(key.referred_columns, referred->second.recast_columns) ||
           changed(key.referred_columns, referred->second.replaced_columns);
}

void Comparison::find_held(TableDifference& difference) {
    for (const auto& key : difference.before->foreign_keys) {
        if (contains(difference.dropped_foreign_keys, key) || !holds(difference, key)) continue;
        difference.dropped_foreign_keys.push_back(key);
        difference.forget_rename(key.name);
        const auto now = std::find_if(
            difference.after->foreign_keys.begin(), difference.after->foreign_keys.end(), [&](const ForeignKey& other) {
                return other.columns == key.columns && other.referred_table == key.referred_table &&
                       !contains(difference.added_foreign_keys, other);
            });
        if (now != difference.after->foreign_keys.end()) difference.added_foreign_keys.push_back(*now);
    }
}

bool Comparison::wait(const schema::QualifiedName& table, const schema::Index& index) {
    if (is_late({table.schema, index.name})) return true;
    if (!index.only && !is_late(index.attached_to)) return false;
    late_indexes_.push_back(CreateIndex{table, index});
    return true;
}

/// What is ONLY the partitioned table's comes after its partitions, and what is attached to it after that. An index is
/// attached when it is made, so one that is there is dropped and made again when the one that it belongs to is new.
void Comparison::find_late_indexes() {
    for (std::size_t known = 0, round = 0; round == 0 || known != late_indexes_.size(); ++round) {
        known = late_indexes_.size();
        for (const auto* table : created_)
            for (const auto& index : table->indexes) (void)wait(table->name, index);
        for (auto& [name, difference] : differences_) {
            std::erase_if(difference.added_indexes, [&, &table = name](const Operation& operation) {
                return wait(table, std::get<CreateIndex>(operation).index);
            });
            for (schema::Index index : difference.after->indexes) {
                const auto& olds = difference.before->indexes;
                const auto old = std::find_if(olds.begin(), olds.end(),
                                              [&](const schema::Index& each) { return each.name == index.name; });
                if (old == olds.end() || contains(difference.dropped_indexes, index.name)) continue;
                // What the models do not say of a partition's index is not taken away.
                if (index.attached_to.empty()) index.attached_to = old->attached_to;
                if (!is_late(index.attached_to)) continue;
                difference.dropped_indexes.push_back(index.name);
                late_indexes_.push_back(CreateIndex{name, index});
            }
        }
    }
}

void Comparison::create_late_indexes() {
    while (!late_indexes_.empty()) {
        auto next = std::find_if(late_indexes_.begin(), late_indexes_.end(),
                                 [&](const CreateIndex& late) { return !is_late(late.index.attached_to); });
        if (next == late_indexes_.end()) next = late_indexes_.begin();  // a circle, which PostgreSQL refuses
        operations_.emplace_back(*next);
        late_indexes_.erase(next);
    }
}

bool Comparison::key_exists(const schema::QualifiedName& table, const std::vector<std::string>& columns) const {
    const auto* before = database_tables_.find(table);
    if (before == nullptr || !is_key(*before, columns)) return false;
    const auto difference = differences_.find(table);
    if (difference == differences_.end()) return true;
    ForeignKey probe;
    probe.referred_table = table;
    probe.referred_columns = columns;
    return !holds({}, probe);
}

bool Comparison::names_collide() const {
    std::vector<schema::QualifiedName> names;
    for (const auto* table : dropped_)
        for (auto& name : detail::index_names(*table)) names.push_back(std::move(name));
    for (const auto* table : created_)
        for (const auto& name : detail::index_names(*table))
            if (contains(names, name)) return true;
    return std::any_of(moving_names_.begin(), moving_names_.end(), [&](const Operation& operation) {
        const auto* index = std::get_if<RenameIndex>(&operation);
        const auto* constraint = std::get_if<RenameConstraint>(&operation);
        return (index != nullptr && contains(names, schema::QualifiedName(index->table.schema, index->to))) ||
               (constraint != nullptr &&
                contains(names, schema::QualifiedName(constraint->table.schema, constraint->to)));
    });
}

void Comparison::early_drops() {
    for (const auto& name : order_) {
        auto& difference = differences_.at(name);
        std::erase_if(difference.dropped_foreign_keys, [&](const ForeignKey& key) {
            const bool early = key.referred_table != name && holds(difference, key);
            if (early) drop_foreign_key(*difference.before, key);
            return early;
        });
    }
}

void Comparison::create_tables() {
    std::vector<schema::QualifiedName> made;
    for (const auto* table : created_) {
        CreateTable operation{*table};
        put_off_calls(operation.table, made.size());
        std::erase_if(operation.table.foreign_keys, [&](const ForeignKey& key) {
            if (key.dangling || key.referred_table == table->name || contains(made, key.referred_table) ||
                key_exists(key.referred_table, key.referred_columns))
                return false;
            late_.emplace_back(AddForeignKey{table->name, key});
            return true;
        });
        std::erase_if(operation.table.indexes,
                      [&](const schema::Index& index) { return is_late({table->name.schema, index.name}); });
        operations_.emplace_back(std::move(operation));
        made.push_back(table->name);
        if (const auto needed = first_.find(made.size()); needed != first_.end()) take(needed->second);
    }
}

bool is_sql(const schema::Column& column) {
    return column.server_default && column.server_default->kind == schema::ServerDefault::Kind::sql;
}

bool has_expression(const schema::Index& index) {
    return !index.where.empty() || std::any_of(index.elements.begin(), index.elements.end(),
                                               [](const auto& element) { return !element.expression.empty(); });
}

/// Takes out of a new table what may call something that is made only after it, for instance a function of the table's
/// own rows. It comes last.
void Comparison::put_off_calls(Table& table, std::size_t made) {
    const auto needs = schema::needs_of(table);
    const bool waits = std::any_of(needs.begin(), needs.end(), [&](const auto& ref) {
        return database_.find(ref) == nullptr && place_among_tables(ref) > made;
    });
    if (!waits) return;
    for (auto& column : table.columns) {
        if (!is_sql(column)) continue;
        schema::ColumnPatch patch;
        patch.set(&schema::Column::server_default, std::exchange(column.server_default, std::nullopt));
        late_.emplace_back(AlterColumn{table.name, column.name, std::move(patch)});
    }
    for (auto& check : std::exchange(table.checks, {})) late_.emplace_back(AddCheck{table.name, std::move(check)});
    std::erase_if(table.indexes, [&](const schema::Index& index) {
        if (!has_expression(index)) return false;
        late_.emplace_back(CreateIndex{table.name, index});
        return true;
    });
}

/// The reverse: what of a table that is to be dropped may call something that is dropped before it.
void Comparison::release(const Table& table, std::vector<Operation>& drops) const {
    for (const auto& column : table.columns) {
        if (!is_sql(column)) continue;
        schema::ColumnPatch patch;
        patch.set(&schema::Column::server_default, std::nullopt);
        drops.emplace_back(AlterColumn{table.name, column.name, std::move(patch)});
    }
    if (!table.partition_of.empty()) return;  // what it has from the partitioned table goes with that table's
    for (const auto& check : table.checks) drops.emplace_back(DropConstraint{table.name, check.name});
    for (const auto& index : table.indexes)
        if (has_expression(index)) drops.emplace_back(DropIndex{table.name, index.name});
}

/// Whether the key is to the table or to one that it is a partition of.
bool Comparison::refers(const ForeignKey& key, const Table& table) const {
    for (const auto* each = &table; each != nullptr; each = database_tables_.find(each->partition_of))
        if (key.referred_table == each->name) return true;
    return false;
}

/// Whether the table is a partition of one that stays and that others refer to. It has to be detached first.
bool Comparison::is_referred_partition(const Table& table) const {
    if (table.partition_of.empty() || dropped(table.partition_of)) return false;
    return std::any_of(database_.tables.begin(), database_.tables.end(), [&](const Table& other) {
        return !dropped(other.name) && std::any_of(other.foreign_keys.begin(), other.foreign_keys.end(),
                                                   [&](const ForeignKey& key) { return refers(key, table); });
    });
}

/// The first of the dropped tables that the object needs; nullptr where it needs none of them.
const Table* Comparison::first_dropped_need(const schema::Object& object) const {
    std::set<schema::ObjectRef> needed{object.ref};
    std::vector<schema::ObjectRef> next(object.needs.begin(), object.needs.end());
    while (!next.empty()) {
        const auto ref = std::move(next.back());
        next.pop_back();
        if (!needed.insert(ref).second) continue;
        if (const auto* other = database_.find(ref)) next.insert(next.end(), other->needs.begin(), other->needs.end());
    }
    const auto found = std::find_if(dropped_.begin(), dropped_.end(), [&](const Table* table) {
        return needed.contains({schema::ObjectKind::table, table->name});
    });
    return found == dropped_.end() ? nullptr : *found;
}

void Comparison::drop_tables() {
    std::vector<schema::QualifiedName> gone;
    std::vector<Operation> drops;
    std::vector<ForeignKey> dropped_keys;
    for (const auto* table : dropped_) {
        // A table that still refers to it is dropped later only in a cycle, or refers to what it is a partition of.
        for (const auto* other : dropped_)
            for (const auto& key : other->foreign_keys)
                if (other != table && refers(key, *table) && !contains(gone, other->name) &&
                    !contains(dropped_keys, key)) {
                    drop_foreign_key(*other, key);
                    dropped_keys.push_back(key);
                }
        if (is_referred_partition(*table)) {
            schema::TablePatch patch;
            patch.set(&Table::partition_of, {}).set(&Table::partition_bound, {});
            drops.emplace_back(AlterTable{table->name, std::move(patch)});
        }
        if (const auto needing = drops_among_.find(table->name); needing != drops_among_.end()) {
            for (const auto* other : dropped_) {
                const auto needs = schema::needs_of(*other);
                const bool calls = std::any_of(needing->second.begin(), needing->second.end(), [&](const auto& drop) {
                    return contains(needs, std::get<DropObject>(drop).object);
                });
                if (calls && !contains(gone, other->name)) release(*other, drops);
            }
            std::move(needing->second.begin(), needing->second.end(), std::back_inserter(drops));
        }
        drops.emplace_back(DropTable{table->name});
        gone.push_back(table->name);
    }
    for (auto& operation : drops) operations_.push_back(std::move(operation));
}

void Comparison::detach() {
    using schema::Table;
    for (const auto& name : order_) {
        TableDifference& difference = differences_.at(name);
        const Table& before = *difference.before;
        const Table& after = *difference.after;
        if (before.partition_of.empty() ||
            (before.partition_of == after.partition_of && before.partition_bound == after.partition_bound))
            continue;
        schema::TablePatch patch;
        patch.set(&Table::partition_of, {}).set(&Table::partition_bound, {});
        operations_.emplace_back(AlterTable{name, std::move(patch)});
        if (!after.partition_of.empty()) continue;
        for (auto& operation : difference.rest)
            if (auto* alter = std::get_if<AlterTable>(&operation))
                alter->patch.keep(&Table::partition_of).keep(&Table::partition_bound);
        std::erase_if(difference.rest, [](const Operation& operation) {
            const auto* alter = std::get_if<AlterTable>(&operation);
            return alter != nullptr && alter->patch.empty();
        });
    }
}

void Comparison::change_tables() {
    std::vector<TableDifference*> waiting;
    for (const auto& name : order_) {
        TableDifference& difference = differences_.at(name);
        take_from_table(difference);
        if (detail::is_in_partition_tree(difference))
            waiting.push_back(&difference);
        else
            give_to_table(difference);
    }
    for (auto* difference : waiting | std::views::reverse) give_to_table(*difference);
}

void Comparison::take_from_table(TableDifference& difference) {
    const auto& name = difference.before->name;
    for (const auto& key : difference.dropped_foreign_keys) drop_foreign_key(*difference.before, key);
    for (const auto& index : difference.dropped_indexes) operations_.emplace_back(DropIndex{name, index});
    take(difference.dropped_constraints);
    for (auto& rename : detail::in_free_order(std::move(difference.renames))) operations_.push_back(std::move(rename));
    take(difference.columns);
}

void Comparison::give_to_table(TableDifference& difference) {
    const auto& name = difference.before->name;
    take(difference.added_constraints);
    take(difference.added_indexes);  // a foreign key may refer to what one makes unique
    for (const auto& key : difference.added_foreign_keys) {
        const auto referred = differences_.find(key.referred_table);
        const bool waits = key.referred_table != name && referred != differences_.end() &&
                           !contains(finished_, key.referred_table) && !referred->second.empty();
        (waits ? late_ : operations_).emplace_back(AddForeignKey{name, key});
    }
    take(difference.rest);
    finished_.push_back(name);
}

bool calls(const std::string& sql, const std::string& function) {
    for (auto at = sql.find(function); at != std::string::npos; at = sql.find(function, at + 1))
        if (sql.find_first_not_of("\" ", at + function.size()) != std::string::npos &&
            sql[sql.find_first_not_of("\" ", at + function.size())] == '(')
            return true;
    return false;
}

bool calls(const schema::ServerDefault& value, const std::string& function) {
    return calls(value.text, function) || std::any_of(value.per_dialect.begin(), value.per_dialect.end(),
                                                      [&](const auto& own) { return calls(own.second, function); });
}

bool calls(const Table& table, const std::string& function) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const auto& column) {
                           return (column.computed && calls(*column.computed, function)) ||
                                  (column.server_default && calls(*column.server_default, function));
                       }) ||
           std::any_of(table.checks.begin(), table.checks.end(),
                       [&](const auto& check) { return calls(check.expression, function); }) ||
           std::any_of(table.indexes.begin(), table.indexes.end(), [&](const auto& index) {
               return calls(index.where, function) ||
                      std::any_of(index.elements.begin(), index.elements.end(),
                                  [&](const auto& element) { return calls(element.expression, function); });
           });
}

/// The objects that are made before the tables, and those that these need.
std::set<schema::ObjectRef> before_tables(const MetaData& state) {
    std::set<schema::ObjectRef> early;
    std::vector<schema::ObjectRef> next;
    for (const auto& object : state.objects) {
        // A function is made early where a table calls it.
        const bool called = object.ref.kind == schema::ObjectKind::function &&
                            std::any_of(state.tables.begin(), state.tables.end(),
                                        [&](const Table& table) { return calls(table, object.ref.name.name); });
        if (called || schema::internal::traits_of(object.ref.kind).precedes_tables) next.push_back(object.ref);
    }
    for (const auto& table : state.tables)
        for (const auto& ref : schema::needs_of(table)) next.push_back(ref);
    while (!next.empty()) {
        const auto ref = std::move(next.back());
        next.pop_back();
        const auto* object = state.find(ref);
        if (object == nullptr || !early.insert(ref).second) continue;
        next.insert(next.end(), object->needs.begin(), object->needs.end());
    }
    return early;
}

/// The columns that are dropped or get another type.
std::set<std::string> disturbed_columns(const TableDifference& difference) {
    std::set<std::string> names;
    const auto take = [&](const std::vector<Operation>& operations) {
        for (const auto& operation : operations) {
            const auto* dropped = std::get_if<DropColumn>(&operation);
            const auto* alter = std::get_if<AlterColumn>(&operation);
            if (dropped != nullptr) names.insert(dropped->column);
            if (alter != nullptr && alter->patch.find(&schema::Column::type) != nullptr) names.insert(alter->column);
        }
    };
    take(difference.columns);
    take(difference.rest);
    return names;
}

/// What of a definition a database checks when it is made: a trigger on SQLite has its statements in it, too.
std::string_view checked_part(const schema::Object& object) {
    const std::string_view text = object.definition;
    return object.ref.kind == schema::ObjectKind::trigger ? text.substr(0, text.find("BEGIN")) : text;
}

/// Whether the table does not let its columns be disturbed while the object is there: a view over it, or a trigger, a
/// rule or a policy that mentions such a column.
bool Comparison::is_disturbed(const schema::Object& object) const {
    using schema::ObjectKind;
    const bool of_table = object.ref.kind == ObjectKind::trigger || object.ref.kind == ObjectKind::rule ||
                          object.ref.kind == ObjectKind::policy;
    if (!is_view(object.ref.kind) && !of_table) return false;
    return std::any_of(differences_.begin(), differences_.end(), [&](const auto& each) {
        const schema::ObjectRef table{ObjectKind::table, each.first};
        const bool named = object.needs.empty() && mentions(object.definition, each.first.name);
        if (object.ref.table != each.first && !contains(object.needs, table) && !named) return false;
        const auto columns = disturbed_columns(each.second);
        if (!of_table) return !columns.empty();
        return std::any_of(columns.begin(), columns.end(),
                           [&](const std::string& column) { return mentions(checked_part(object), column); });
    });
}

/// What goes before the tables change and is made again after that: views that change, since the old one may need what
/// the tables lose, what needs columns that change, and what depends on it.
std::set<schema::ObjectRef> Comparison::off_while_tables_change() {
    std::set<schema::ObjectRef> off;
    const bool tables_change =
        !created_.empty() || !dropped_.empty() ||
        std::any_of(differences_.begin(), differences_.end(), [](const auto& each) { return !each.second.empty(); });
    if (!tables_change) return off;
    for (const auto& old : database_.objects) {
        const auto* now = models_.find(old.ref);
        const bool changed_view = is_view(old.ref.kind) && now != nullptr && !comparer_.same_object(old, *now);
        if (changed_view || is_disturbed(old)) off.insert(old.ref);
    }
    for (const auto* object : dependents(database_, off)) off.insert(object->ref);
    return off;
}

/// After which of the new tables an object can be made that others need: 0 is before all of them.
std::size_t Comparison::place_among_tables(const schema::ObjectRef& ref) {
    if (const auto known = places_.find(ref); known != places_.end()) return known->second;
    std::size_t& place = places_[ref];  // a circle ends here
    if (ref.kind == schema::ObjectKind::table) {
        const auto found =
            std::find_if(created_.begin(), created_.end(), [&](const Table* table) { return table->name == ref.name; });
        if (found != created_.end()) place = static_cast<std::size_t>(found - created_.begin()) + 1;
        return place;
    }
    std::size_t last = 0;
    if (const auto* object = models_.find(ref))
        for (const auto& need : object->needs) last = std::max(last, place_among_tables(need));
    return places_[ref] = last;
}

void Comparison::compare_objects() {
    const auto off = off_while_tables_change();
    const auto early = before_tables(models_);
    for (const auto& item : schema::creation_order(models_)) {
        const auto* const* object = std::get_if<const schema::Object*>(&item);
        if (object == nullptr) continue;
        const schema::Object& now = **object;
        auto& when = early.contains(now.ref) ? first_[place_among_tables(now.ref)] : last_;
        const auto* old = database_.find(now.ref);
        if (now.ref.kind == schema::ObjectKind::sequence && !now.completions.empty() &&
            (old == nullptr || old->completions != now.completions)) {
            // The column that shall own it may be made between the two.
            schema::Object unowned = now;
            unowned.completions = old != nullptr ? old->completions : std::vector<std::string>();
            if (old == nullptr)
                when.emplace_back(CreateObject{unowned});
            else if (!comparer_.same_object(*old, unowned))
                when.emplace_back(ReplaceObject{*old, unowned});
            last_.emplace_back(ReplaceObject{std::move(unowned), now});
        } else if (old == nullptr || off.contains(now.ref)) {
            when.emplace_back(CreateObject{now});
        } else if (old->labels != now.labels && is_type_of_column(database_, old->ref) &&
                   is_type_of_column(models_, now.ref)) {
            if (old->comment != now.comment) {
                schema::Object relabelled = *old;
                relabelled.labels = now.labels;
                last_.emplace_back(ReplaceObject{std::move(relabelled), now});
            }
        } else if (!comparer_.same_object(*old, now)) {
            when.emplace_back(ReplaceObject{*old, now});
        }
    }
    const auto were_early = before_tables(database_);
    const auto order = schema::creation_order(database_);
    for (const auto& item : order | std::views::reverse) {
        const auto* const* object = std::get_if<const schema::Object*>(&item);
        if (object == nullptr) continue;
        const auto& ref = (*object)->ref;
        if (off.contains(ref)) drops_.emplace_back(DropObject{ref});
        // Models need not say the enum type of a column as an object.
        if (off.contains(ref) || models_.find(ref) != nullptr || is_type_of_column(models_, ref)) continue;
        const auto* table = were_early.contains(ref) ? first_dropped_need(**object) : nullptr;
        auto& when = table != nullptr ? drops_among_[table->name] : were_early.contains(ref) ? last_ : drops_;
        when.emplace_back(DropObject{ref});
    }
}

void Comparison::compare_privileges() {
    for (const schema::Privileges* now : schema::in_order(models_.privileges)) {
        const auto old = std::find_if(database_.privileges.begin(), database_.privileges.end(),
                                      [&](const schema::Privileges& each) { return each.same_thing(*now); });
        const bool known = old != database_.privileges.end();
        const bool created = now->ref.kind == schema::ObjectKind::table
                                 ? database_.find(now->ref.name) == nullptr
                                 : models_.find(now->ref) != nullptr && database_.find(now->ref) == nullptr;
        // A database that was read without its privileges says nothing of them.
        if (!known && database_.privileges.empty() && (now->future || !created) && !database_.tables.empty()) continue;
        // What is dropped and made anew has the rights of something new.
        const bool anew = std::any_of(operations_.begin(), operations_.end(), [&](const Operation& operation) {
            const auto* dropped = std::get_if<DropObject>(&operation);
            return dropped != nullptr && dropped->object == now->ref;
        });
        const auto before = known && !anew ? *old : schema::as_new(*now);
        const bool same_owner = now->owner.empty() || now->owner == before.owner;
        if (same_owner && schema::same_grants(before, *now)) continue;
        operations_.emplace_back(SetPrivileges{known && !anew ? std::optional(before) : std::nullopt, *now});
    }
}

}  // namespace

std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                        const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer) {
    // Another spelling of a name means the same thing, so nothing is lost by giving it.
    auto operations = respellings(database, models, ddl);
    MetaData respelt = database;
    for (const auto& operation : operations) apply(respelt, operation);
    auto rows = compare_rows(respelt, models);
    const auto append = [&](std::vector<Operation> list) {
        std::move(list.begin(), list.end(), std::back_inserter(operations));
    };
    append(std::move(rows.before_tables));
    append(Comparison(respelt, models, ddl, comparer).run());
    append(std::move(rows.after_tables));
    return operations;
}

}  // namespace strata::migrate
