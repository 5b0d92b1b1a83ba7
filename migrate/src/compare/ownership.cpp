#include "operations/lookup.hpp"
#include "respelling.hpp"

#include <strata/migrate/ownership.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/internal/table_index.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string_view>

namespace strata::migrate {
namespace {

using schema::CheckConstraint;
using schema::Column;
using schema::ForeignKey;
using schema::Index;
using schema::MetaData;
using schema::Object;
using schema::ObjectKind;
using schema::ObjectRef;
using schema::Table;

constexpr const char* no_revision = "no revision made it";
constexpr const char* kept_aside = "kept by a revision that dropped it; purge-dropped clears it";

/// What a part says whatever its value is: a model that names the part says these too.
template <class Struct>
bool always_said(std::string_view field) {
    const auto is = [&](std::initializer_list<std::string_view> fields) {
        return std::find(fields.begin(), fields.end(), field) != fields.end();
    };
    if (field == "name") return true;
    if constexpr (std::is_same_v<Struct, Table>)
        return schema::internal::has_own_operations<Table>(field) && field != "comment";
    if constexpr (std::is_same_v<Struct, Column>) return is({"type", "nullable", "computed", "computed_virtual"});
    if constexpr (std::is_same_v<Struct, ForeignKey>)
        return is({"columns", "referred_table", "referred_columns", "on_delete", "on_update", "dangling"});
    if constexpr (std::is_same_v<Struct, CheckConstraint>) return is({"expression"});
    if constexpr (std::is_same_v<Struct, Index>) return is({"elements", "unique", "where", "invalid", "attached_to"});
    if constexpr (std::is_same_v<Struct, schema::IndexElement>) return is({"column", "expression", "descending"});
    return is({"columns", "elements", "operators", "where", "method"});  // other constraints
}

std::string in_words(std::string_view field) {
    std::string text(field);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

template <class Part>
const Part* named(const std::vector<Part>& list, const std::string& name) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Part& part) { return part.name == name; });
    return found == list.end() ? nullptr : &*found;
}

/// The same constraint in another table: of the same name, or of the same columns where the database keeps no name.
template <class Part>
const Part* counterpart(const std::vector<Part>& list, const Part& part) {
    if (!part.name.empty()) return named(list, part.name);
    const auto found = std::find_if(list.begin(), list.end(), [&](const Part& other) {
        if constexpr (std::is_same_v<Part, CheckConstraint>)
            return schema::token_comparer()->equal({}, schema::ExpressionComparer::Role::check, {}, part.expression,
                                                   other.expression);
        else if constexpr (requires { part.columns; })
            return other.columns == part.columns;
        else
            return false;
    });
    return found == list.end() ? nullptr : &*found;
}

class Filter {
public:
    Filter(const MetaData& database, const MetaData& models, const Ownership& ownership, const schema::DdlCompiler& ddl)
        : database_(database),
          models_(models),
          models_tables_(models),
          ownership_(ownership),
          history_(ownership.history),
          history_tables_(history_),
          ddl_(ddl) {}

    Ours run() {
        for (const auto& table : database_.tables) take_table(table);
        for (const auto& object : database_.objects) take_object(object);
        result_.database.privileges = database_.privileges;  // only those that the models say are compared
        for (const auto& table : database_.tables)
            for (const auto& thing : table.unmanaged) result_.left_alone.push_back(thing);
        for (const auto& thing : database_.unmanaged) result_.left_alone.push_back(thing);
        for (const auto& name : ownership_.adopted)
            if (!adopted_.contains(name)) result_.not_found.push_back(name);
        return std::move(result_);
    }

private:
    [[nodiscard]] bool is_owned(const ObjectRef& ref) const {
        return models_.owns.owns(ref) || std::any_of(ownership_.owns.begin(), ownership_.owns.end(),
                                                     [&](const schema::Owns& owns) { return owns.owns(ref); });
    }
    [[nodiscard]] bool is_adopted(const std::string& name) {
        const bool found =
            std::find(ownership_.adopted.begin(), ownership_.adopted.end(), name) != ownership_.adopted.end();
        if (found) adopted_.insert(name);
        return found;
    }
    void leave(const ObjectRef& ref, std::string reason) { result_.left_alone.push_back({ref, std::move(reason)}); }

    void take_table(const Table& table);
    void take_object(const Object& object);
    [[nodiscard]] bool is_type_of_column(const Object& object) const;
    /// The table without the parts and properties that are not ours.
    [[nodiscard]] Table own_parts(const Table& live, const Table& wanted, const Table& known);
    template <class Part>
    void keep_parts(std::vector<Part> Table::* list, Table& live, const Table& wanted, const Table& known,
                    const char* what);
    template <class Struct>
    void settle(Struct& live, const Struct& wanted, const Struct& known, const ObjectRef& table, const std::string& of);

    const MetaData& database_;
    const MetaData& models_;
    schema::internal::TableIndex<const MetaData> models_tables_;
    const Ownership& ownership_;
    const MetaData& history_;
    schema::internal::TableIndex<const MetaData> history_tables_;
    const schema::DdlCompiler& ddl_;
    std::set<std::string> adopted_;
    Ours result_;
};

/// Gives each property that neither the models nor the history say the models' value.
template <class Struct>
void Filter::settle(Struct& live, const Struct& wanted, const Struct& known, const ObjectRef& table,
                    const std::string& of) {
    const Struct plain{};
    schema::internal::for_each_field<Struct>([&](std::string_view name, auto field) {
        if (always_said<Struct>(name) || live.*field == wanted.*field) return;
        if (!(wanted.*field == plain.*field) || !(known.*field == plain.*field)) return;
        live.*field = wanted.*field;
        leave(table, "the " + in_words(name) + of + ", which neither a revision nor the models say");
    });
}

template <class Part>
void Filter::keep_parts(std::vector<Part> Table::* list, Table& live, const Table& wanted, const Table& known,
                        const char* what) {
    const ObjectRef table{ObjectKind::table, live.name};
    std::vector<Part> kept;
    for (auto& part : live.*list) {
        const auto* now = counterpart(wanted.*list, part);
        const auto* before = counterpart(known.*list, part);
        const std::string label = std::string(what) + " " + part.name;
        bool ours =
            now != nullptr || before != nullptr || is_adopted(live.name + "." + part.name) || is_adopted(part.name);
        if constexpr (std::is_same_v<Part, Index>)
            ours = ours || is_owned({ObjectKind::index, {live.name.schema, part.name}});
        if constexpr (std::is_same_v<Part, Column>) {
            if (is_kept_name(part.name)) {
                leave(table, label + ", " + kept_aside);
                continue;
            }
        }
        if (!ours && !part.name.empty()) {
            leave(table, label + ", " + no_revision);
            continue;
        }
        if (now != nullptr) {
            const Part unsaid{};
            const Part& said = before != nullptr ? *before : unsaid;
            settle(part, *now, said, table, " of " + label);
            if constexpr (requires { part.elements; }) {
                for (std::size_t i = 0; i < part.elements.size() && i < now->elements.size(); ++i) {
                    if (part.elements[i].column.empty() || part.elements[i].column != now->elements[i].column) continue;
                    const schema::IndexElement nothing;
                    settle(part.elements[i], now->elements[i], i < said.elements.size() ? said.elements[i] : nothing,
                           table, " of " + part.elements[i].column + " in " + label);
                }
            }
        }
        kept.push_back(std::move(part));
    }
    live.*list = std::move(kept);
}

Table Filter::own_parts(const Table& table, const Table& wanted, const Table& known) {
    Table live = table;
    for (auto& column : live.columns)  // a default of NULL changes nothing, though the database may keep it
        if (column.server_default && !ddl_.as_stored(table, column).server_default) column.server_default.reset();
    const ObjectRef ref{ObjectKind::table, live.name};
    keep_parts(&Table::columns, live, wanted, known, "column");
    keep_parts(&Table::uniques, live, wanted, known, "unique constraint");
    keep_parts(&Table::foreign_keys, live, wanted, known, "foreign key");
    keep_parts(&Table::checks, live, wanted, known, "check constraint");
    keep_parts(&Table::excludes, live, wanted, known, "exclude constraint");
    keep_parts(&Table::indexes, live, wanted, known, "index");
    if (live.primary_key && !wanted.primary_key && !known.primary_key) {
        leave(ref, std::string("the primary key, ") + no_revision);
        live.primary_key.reset();
    } else if (live.primary_key && wanted.primary_key) {
        settle(*live.primary_key, *wanted.primary_key, known.primary_key.value_or(schema::PrimaryKey()), ref,
               " of the primary key");
    }
    settle(live, wanted, known, ref, "");
    return live;
}

void Filter::take_table(const Table& table) {
    if (schema::is_version_table(table.name)) return;
    const ObjectRef ref{ObjectKind::table, table.name};
    const Table* wanted = models_tables_.find(table.name);
    const Table* known = history_tables_.find(table.name);
    if (is_kept_name(table.name.name)) return leave(ref, kept_aside);
    if (is_owned(ref) || is_adopted(table.name.text())) {
        result_.database.tables.push_back(table);
        // What a revision keeps is owned too, and not to be dropped by the next one.
        std::erase_if(result_.database.tables.back().columns,
                      [](const Column& column) { return is_kept_name(column.name); });
        return;
    }
    if (wanted == nullptr && known == nullptr) {
        const bool virtual_table = table.columns.empty() && !table.module.empty();
        return leave(ref, !table.partition_of.empty()
                              ? "a partition of " + table.partition_of + " that no revision made"
                          : virtual_table ? "a virtual table that no revision made"
                                          : std::string(no_revision));
    }
    // Both as this database keeps them: what it does not keep is not a property that somebody set.
    const Table nothing;
    const Table as_wanted = ddl_.as_stored(wanted != nullptr ? *wanted : *known);
    const Table as_known = known != nullptr ? ddl_.as_stored(*known) : nothing;
    result_.database.tables.push_back(own_parts(table, as_wanted, as_known));
}

/// An enum type that no operation created is made and dropped with the columns that have it.
bool Filter::is_type_of_column(const Object& object) const {
    const auto has = [&](const MetaData& state) { return migrate::is_type_of_column(state, object.ref); };
    return has(result_.database) || has(models_) || has(history_);
}

void Filter::take_object(const Object& object) {
    if (is_kept_name(object.ref.table.name)) return;  // it is kept with its table
    const Object* wanted = models_.find(object.ref);
    const Object* known = history_.find(object.ref);
    const bool named = is_adopted(object.ref.name.text()) ||
                       (!object.ref.table.empty() && is_adopted(object.ref.table + "." + object.ref.name.name));
    if (wanted == nullptr && known == nullptr) {
        if (is_type_of_column(object)) return;
        if (!named && !is_owned(object.ref)) return leave(object.ref, no_revision);
    }
    // A database spells a definition in its own way. Where the models say what the revisions made, it is the same.
    result_.database.objects.push_back(wanted != nullptr && known != nullptr && *wanted == *known ? *wanted : object);
}

constexpr std::string_view kept_prefix = "_dropped_";
constexpr std::size_t longest_name = 63;  // bytes, PostgreSQL's limit

}  // namespace

std::string kept_name(std::string_view name, std::string_view revision) {
    const std::string end = revision.empty() ? std::string() : "_" + std::string(revision);
    auto length = std::min(name.size(), longest_name - kept_prefix.size() - std::min(end.size(), longest_name / 2));
    while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U)
        --length;  // not inside a character of several bytes
    return std::string(kept_prefix) + std::string(name.substr(0, length)) + end;
}

bool is_kept_name(std::string_view name) { return name.starts_with(kept_prefix); }

Ours ours_of(const MetaData& database, const MetaData& models, const Ownership& ownership,
             const schema::DdlCompiler& ddl) {
    // The history's spelling of a name is the one that a revision can change; what it does not know has the models'.
    const auto known = respellings(database, ownership.history, ddl);
    if (known.empty() && respellings(database, models, ddl, ownership.history).empty())
        return Filter(database, models, ownership, ddl).run();
    MetaData respelt = database;
    for (const auto& operation : known) apply(respelt, operation);
    for (const auto& operation : respellings(respelt, models, ddl, ownership.history)) apply(respelt, operation);
    return Filter(respelt, models, ownership, ddl).run();
}

}  // namespace strata::migrate
