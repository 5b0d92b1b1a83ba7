#include "replay_state.hpp"

#include "sql_names.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/known_dialects.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <functional>

namespace strata::migrate {

using core::internal::lower;
using schema::ObjectKind;
using schema::ObjectRef;
using schema::QualifiedName;
using schema::Table;

/// The tables that an operation may look at: those that it names, their descendants, and where a name goes away those
/// that refer to these.
struct ReplayState::Reach {
    std::vector<QualifiedName> tables{};
    bool referrers = false;
    bool rest = false;    // whether it changes what is not a table
    bool shared = false;  // whether it changes tables with the enum types of others

    static Reach of(const Operation& operation) {
        return std::visit([](const auto& op) { return Reach::of(op); }, operation);
    }

private:
    static Reach whole(std::vector<QualifiedName> tables) { return {std::move(tables), true, true}; }

    static Reach of(const CreateTable& op) {
        if (op.restored_from.empty()) return {{op.table.name}};
        auto reach = whole({op.table.name, {op.table.name.schema, op.restored_from}});
        for (const auto& key : op.table.foreign_keys) reach.tables.push_back(key.referred_table);
        return reach;
    }
    static Reach of(const DropTable& op) {
        return op.kept_as.empty() ? whole({op.table}) : whole({op.table, {op.table.schema, op.kept_as}});
    }
    static Reach of(const RenameTable& op) { return whole({op.from, {op.from.schema, op.to}}); }
    static Reach of(const AddColumn& op) { return op.restored_from.empty() ? Reach{{op.table}} : whole({op.table}); }
    static Reach of(const DropColumn& op) { return whole({op.table}); }
    static Reach of(const RenameColumn& op) { return whole({op.table}); }
    static Reach of(const AlterTable& op) {
        Reach reach{{op.table}};
        if (const auto* parent = op.patch.find(&Table::partition_of)) reach.tables.push_back(*parent);
        return reach;
    }
    static Reach of(const AddForeignKey& op) { return {{op.table, op.constraint.referred_table}}; }
    static Reach of(const RenameEnumLabel&) { return {{}, false, true, true}; }
    static Reach of(const ChangeRows& op) { return {{op.before.table, op.after.table}}; }
    static Reach of(const CreateObject&) { return {}; }
    static Reach of(const AllowDestructive&) { return {}; }
    static Reach of(const Execute&) { return {}; }
    static Reach of(const Run&) { return {}; }
    static Reach of(const DropObject&) { return whole({}); }
    static Reach of(const ReplaceObject&) { return whole({}); }
    static Reach of(const RenameObject&) { return whole({}); }
    static Reach of(const SetPrivileges&) { return whole({}); }
    template <class O>
    static Reach of(const O& op) {
        return {{op.table}};
    }
};

std::set<ReplayState::Place> ReplayState::reached(const Reach& reach) const {
    std::set<Place> places;
    std::vector<QualifiedName> open = reach.tables;
    while (!open.empty()) {
        const auto name = std::move(open.back());
        open.pop_back();
        const auto found = by_name_.find(name);
        if (found != by_name_.end() && !places.insert(found->second).second) continue;
        const auto children = children_.find(name);
        if (children == children_.end()) continue;
        for (const auto place : children->second) open.push_back(tables_.at(place)->name);
    }
    if (reach.shared) places.insert(shared_.begin(), shared_.end());
    if (!reach.referrers) return places;
    std::set<Place> referrers;
    const auto take_referrers = [&](const QualifiedName& name) {
        const auto found = referrers_.find(name);
        if (found != referrers_.end()) referrers.insert(found->second.begin(), found->second.end());
    };
    for (const auto& name : reach.tables) take_referrers(name);
    for (const auto place : places) take_referrers(tables_.at(place)->name);
    places.merge(referrers);
    return places;
}

/// The tables of which these are partitions or from which they inherit, too.
std::vector<QualifiedName> ReplayState::with_parents(std::vector<QualifiedName> names) const {
    std::set<QualifiedName> seen(names.begin(), names.end());
    const auto take = [&](const QualifiedName& parent) {
        if (!parent.empty() && seen.insert(parent).second) names.push_back(parent);
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto found = by_name_.find(names[i]);
        if (found == by_name_.end()) continue;
        const Table& table = *tables_.at(found->second);
        take(table.partition_of);
        for (const auto& parent : table.inherits) take(parent);
    }
    return names;
}

schema::MetaData ReplayState::around(const std::vector<Operation>& operations) const {
    std::vector<QualifiedName> names;
    const auto take = [&](const ObjectRef& ref) {
        names.push_back(ref.kind == ObjectKind::table ? ref.name : ref.table);
    };
    const std::function<void(const Operation&)> take_operation = [&](const Operation& operation) {
        for (auto& name : Reach::of(operation).tables) names.push_back(std::move(name));
        if (const auto* created = std::get_if<CreateTable>(&operation)) {
            for (const auto& key : created->table.foreign_keys) names.push_back(key.referred_table);
            names.push_back(created->table.partition_of);
            names.insert(names.end(), created->table.inherits.begin(), created->table.inherits.end());
        } else if (const auto* changed = std::get_if<AlterTable>(&operation)) {
            if (const auto* parents = changed->patch.find(&Table::inherits))
                names.insert(names.end(), parents->begin(), parents->end());
        } else if (const auto* object = std::get_if<CreateObject>(&operation)) {
            take(object->object.ref);
        } else if (const auto* dropped = std::get_if<DropObject>(&operation)) {
            take(dropped->object);
        } else if (const auto* replaced = std::get_if<ReplaceObject>(&operation)) {
            take(replaced->after.ref);
        } else if (const auto* renamed = std::get_if<RenameObject>(&operation)) {
            take(renamed->object);
        } else if (const auto* rights = std::get_if<SetPrivileges>(&operation)) {
            take(rights->after.ref);
        } else if (const auto* sql = std::get_if<Execute>(&operation); sql != nullptr && sql->declared) {
            for (const auto& each : sql->declared->operations) take_operation(each);
        }
    };
    for (const auto& operation : operations) take_operation(operation);
    auto places = reached({with_parents(std::move(names)), true, false});
    std::set<Place> referred;
    for (const auto place : places)
        for (const auto& key : tables_.at(place)->foreign_keys)
            if (const auto found = by_name_.find(key.referred_table); found != by_name_.end())
                referred.insert(found->second);
    places.merge(referred);
    places.insert(shared_.begin(), shared_.end());
    steps_ += places.size() + rest_.objects.size();
    schema::MetaData part = rest_;
    for (const auto place : places) part.tables.push_back(*tables_.at(place));
    return part;
}

namespace {

bool is_shared(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const auto& column) { return column.type.enum_type() != nullptr; }) ||
           std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                       [](const auto& key) { return key.dangling; });
}

template <class Map, class Key, class Place>
void unlink(Map& map, const Key& key, Place place) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    found->second.erase(place);
    if (found->second.empty()) map.erase(found);
}

}  // namespace

void ReplayState::put(Place place, Stored table) {
    by_name_[table->name] = place;
    by_word_[lower(table->name.name)].insert(place);
    if (!table->partition_of.empty()) children_[table->partition_of].insert(place);
    for (const auto& parent : table->inherits) children_[parent].insert(place);
    for (const auto& key : table->foreign_keys) referrers_[key.referred_table].insert(place);
    if (is_shared(*table)) shared_.insert(place);
    tables_[place] = std::move(table);
    whole_.reset();
}

void ReplayState::take(Place place) {
    const auto found = tables_.find(place);
    if (found == tables_.end()) return;
    const Table& table = *found->second;
    const auto named = by_name_.find(table.name);
    if (named != by_name_.end() && named->second == place) by_name_.erase(named);
    unlink(by_word_, lower(table.name.name), place);
    unlink(children_, table.partition_of, place);
    for (const auto& parent : table.inherits) unlink(children_, parent, place);
    for (const auto& key : table.foreign_keys) unlink(referrers_, key.referred_table, place);
    shared_.erase(place);
    tables_.erase(found);
    whole_.reset();
}

/// Gives each table its place again. The one that has a name which was not there before is new, or it has the place of
/// the one whose name is gone: an operation renames one table at most.
void ReplayState::put_back(std::vector<Table> tables, const std::vector<std::pair<Place, Stored>>& before,
                           Change& change) {
    std::map<QualifiedName, Place> places;
    for (const auto& [place, table] : before) places.emplace(table->name, place);
    std::vector<std::pair<std::optional<Place>, Table>> after;
    for (auto& table : tables) {
        const auto found = places.find(table.name);
        std::optional<Place> place;
        if (found != places.end()) {
            place = found->second;
            places.erase(found);
        }
        after.emplace_back(place, std::move(table));
    }
    for (const auto& [place, table] : before) take(place);
    for (auto& [place, table] : after) {
        if (!place && !places.empty()) {
            place = places.begin()->second;
            places.erase(places.begin());
        } else if (!place) {
            place = next_++;
            change.tables.emplace_back(*place, nullptr);
        }
        put(*place, std::make_shared<const Table>(std::move(table)));
    }
}

void ReplayState::apply(const Operation& operation) {
    if (const auto* sql = std::get_if<Execute>(&operation)) {
        if (!sql->declared) return;
        const auto begun = mark();
        try {
            for (const auto& each : sql->declared->operations) apply(each);
        } catch (...) {
            undo_to(begun);
            throw;
        }
        return;
    }
    const auto reach = Reach::of(operation);
    Change change;
    for (const auto place : reached(reach)) {
        const auto& table = tables_.at(place);
        change.tables.emplace_back(place, table);
        rest_.tables.push_back(*table);
    }
    steps_ += 1 + change.tables.size();
    if (!rest_.rows.empty() || std::holds_alternative<ChangeRows>(operation)) change.rows = rest_.rows;
    if (reach.rest) {
        change.objects = rest_.objects;
        change.privileges = rest_.privileges;
        change.unread = unread_;
        steps_ += rest_.objects.size() + rest_.privileges.size();
    } else if (std::holds_alternative<CreateObject>(operation)) {
        change.objects_before = rest_.objects.size();
    }
    try {
        migrate::apply(rest_, operation, unread_);
    } catch (...) {
        rest_.tables.clear();
        if (change.objects) rest_.objects = std::move(*change.objects);
        if (change.privileges) rest_.privileges = std::move(*change.privileges);
        if (change.rows) rest_.rows = std::move(*change.rows);
        if (change.unread) unread_ = std::move(*change.unread);
        throw;
    }
    whole_.reset();
    const auto before = change.tables;
    put_back(std::exchange(rest_.tables, {}), before, change);
    follow_unknown(operation, change);
    log_.push_back(std::move(change));
}

template <class Key>
void ReplayState::set(std::map<Key, std::string>& map, std::vector<Edit<Key>>& edits, const Key& key,
                      std::optional<std::string> value) {
    const auto found = map.find(key);
    if (found == map.end() && !value) return;
    edits.push_back({key, found == map.end() ? std::nullopt : std::optional(found->second)});
    if (value)
        map[key] = std::move(*value);
    else
        map.erase(found);
}

/// What is not known is so under its new name, and not any more when it is gone or said anew.
void ReplayState::follow_unknown(const Operation& operation, Change& change) {
    const auto move = [&](auto& map, auto& edits, const auto& from, const auto& to) {
        const auto found = map.find(from);
        if (found == map.end()) return;
        auto label = found->second;
        set(map, edits, from, std::nullopt);
        if (to) set(map, edits, *to, std::move(label));
    };
    const auto table = [&](const QualifiedName& from, const std::optional<QualifiedName>& to) {
        move(unknown_.tables, change.unknown_tables, from, to);
    };
    const auto object = [&](const ObjectRef& from, const std::optional<ObjectRef>& to) {
        move(unknown_.objects, change.unknown_objects, from, to);
    };
    if (const auto* renamed = std::get_if<RenameTable>(&operation)) {
        table(renamed->from, QualifiedName(renamed->from.schema, renamed->to));
    } else if (const auto* dropped = std::get_if<DropTable>(&operation)) {
        table(dropped->table, dropped->kept_as.empty()
                                  ? std::nullopt
                                  : std::optional(QualifiedName(dropped->table.schema, dropped->kept_as)));
    } else if (const auto* gone = std::get_if<DropObject>(&operation)) {
        object(gone->object, std::nullopt);
    } else if (const auto* replaced = std::get_if<ReplaceObject>(&operation)) {
        object(replaced->after.ref, std::nullopt);
    } else if (const auto* moved = std::get_if<RenameObject>(&operation)) {
        auto to = moved->object;
        to.name.name = moved->name;
        object(moved->object, to);
    }
}

void ReplayState::set_any(Change& change) {
    change.any = unknown_.any;
    unknown_.any = true;
}

void ReplayState::note_sql(const Execute& sql, const std::string& revision, const core::Dialect* dialect) {
    Change change;
    set_any(change);
    const auto note_tables = [&](const std::string& word) {
        const auto found = by_word_.find(word);
        if (found == by_word_.end()) return;
        for (const auto place : found->second)
            set(unknown_.tables, change.unknown_tables, tables_.at(place)->name, revision);
        steps_ += found->second.size();
    };
    const auto note_objects = [&](const std::set<std::string>& words) {
        steps_ += rest_.objects.size();
        for (const auto& object : rest_.objects)
            if (words.contains(lower(object.ref.name.name)))
                set(unknown_.objects, change.unknown_objects, object.ref, revision);
    };
    std::set<std::string> words;
    if (sql.touched) {
        std::set<std::string> of_objects;
        for (const auto& ref : *sql.touched) {
            const auto word = lower(ref.name.name);
            words.insert(word);
            if (ref.kind == ObjectKind::table)
                note_tables(word);
            else
                of_objects.insert(word);
        }
        note_objects(of_objects);
    } else {
        const auto read = [&](const std::string& text, const core::Dialect& its) {
            words.merge(names_changed_by(text, its.lexis()));
        };
        bool listed = false;
        for (const auto& [name, text] : sql.per_dialect) {
            const core::Dialect* its = nullptr;
            try {
                its = &core::dialect_for(name);
            } catch (const UsageError&) {  // running it says so
            }
            if (its == nullptr || (dialect != nullptr && its != dialect)) continue;
            listed = true;
            read(text, *its);
        }
        if (dialect == nullptr)
            for (const core::Dialect* each : core::internal::known_dialects()) read(sql.sql, *each);
        else if (!listed)
            read(sql.sql, *dialect);
        for (const auto& word : words) note_tables(word);
        note_objects(words);
    }
    for (const auto& word : words) set(unknown_.names, change.unknown_names, word, revision);
    log_.push_back(std::move(change));
}

void ReplayState::lose(const QualifiedName& table, const std::string& revision) {
    if (table.empty()) return;
    Change change;
    set_any(change);
    if (has(table))
        set(unknown_.tables, change.unknown_tables, table, revision);
    else
        set(unknown_.names, change.unknown_names, lower(table.name), revision);
    log_.push_back(std::move(change));
}

void ReplayState::forget(const QualifiedName& table) {
    const auto found = by_name_.find(table);
    if (found == by_name_.end()) return;
    Change change;
    change.tables.emplace_back(found->second, tables_.at(found->second));
    take(found->second);
    set(unknown_.tables, change.unknown_tables, table, std::nullopt);
    log_.push_back(std::move(change));
}

void ReplayState::undo_to(Mark mark) {
    while (log_.size() > mark) {
        undo(log_.back());
        log_.pop_back();
    }
}

void ReplayState::undo(Change& change) {
    const auto restore = [](auto& map, auto& edits) {
        for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
            if (edit->before)
                map[edit->key] = std::move(*edit->before);
            else
                map.erase(edit->key);
    };
    steps_ += 1 + change.tables.size();
    for (const auto& [place, table] : change.tables) take(place);
    for (auto& [place, table] : change.tables)
        if (table != nullptr) put(place, std::move(table));
    if (change.objects_before) rest_.objects.resize(*change.objects_before);
    if (change.objects) rest_.objects = std::move(*change.objects);
    if (change.privileges) rest_.privileges = std::move(*change.privileges);
    if (change.rows) rest_.rows = std::move(*change.rows);
    if (change.unread) unread_ = std::move(*change.unread);
    if (change.any) unknown_.any = *change.any;
    restore(unknown_.tables, change.unknown_tables);
    restore(unknown_.objects, change.unknown_objects);
    restore(unknown_.names, change.unknown_names);
    whole_.reset();
}

const schema::MetaData& ReplayState::metadata() const {
    if (whole_) return *whole_;
    steps_ += tables_.size() + rest_.objects.size();
    whole_ = rest_;
    whole_->tables.reserve(tables_.size());
    for (const auto& [place, table] : tables_) whole_->tables.push_back(*table);
    return *whole_;
}

bool ReplayState::is_unknown(const QualifiedName& table) const {
    return unknown_.tables.contains(table) || (!has(table) && unknown_.names.contains(lower(table.name)));
}
bool ReplayState::is_unknown(const ObjectRef& object) const {
    return unknown_.objects.contains(object) ||
           (rest_.find(object) == nullptr && unknown_.names.contains(lower(object.name.name)));
}

}  // namespace strata::migrate
