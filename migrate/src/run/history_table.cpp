#include "history_table.hpp"

#include "history/checksum.hpp"
#include "operations/compiler.hpp"
#include "text.hpp"
#include "version_place.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/log.hpp>
#include <strata/schema/column.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace strata::migrate {
namespace {

using core::Value;

constexpr std::array actions{std::pair{HistoryEntry::Action::upgrade, std::string_view("upgrade")},
                             std::pair{HistoryEntry::Action::downgrade, std::string_view("downgrade")},
                             std::pair{HistoryEntry::Action::stamp, std::string_view("stamp")},
                             std::pair{HistoryEntry::Action::accept, std::string_view("accept")}};

constexpr std::array<std::string_view, 8> columns{"revision", "action",       "checksum", "started",
                                                  "seconds",  "tool_version", "error",    "database_user"};

/// `name` is quoted, and qualified where it has to be; `plain_name` is it without.
std::string create_table(const core::Dialect& dialect, const std::string& name, const std::string& plain_name) {
    using namespace schema;
    Table table;
    table.name = plain_name;
    table.columns = {column("id", BigInteger{}).identity(),
                     column("revision", String{32}),
                     column("action", String{16}),
                     column("checksum", String{80}).nullable(),
                     column("started", DateTimeTz{}),
                     column("seconds", Double{}).nullable(),
                     column("tool_version", String{32}),
                     column("error", Text{}).nullable(),
                     column("database_user", Text{}).nullable()};
    table.primary_key = PrimaryKey{"pk_" + plain_name, {"id"}};
    const auto plain = "CREATE TABLE " + dialect.quoted(table.name);
    auto sql = create_all_sql(MetaData{{std::move(table)}}, dialect).front();
    return sql.replace(0, plain.size(), "CREATE TABLE IF NOT EXISTS " + name);
}

/// Each after the prefix, quoted.
std::string list_of_columns(std::string_view prefix) {
    std::string list;
    for (const auto column : columns)
        list += (list.empty() ? "" : ", ") + std::string(prefix) + "\"" + std::string(column) + "\"";
    return list;
}

std::string insert_into(const std::string& table, const std::string& values) {
    return "INSERT INTO " + table + " (" + list_of_columns("") + ") VALUES (" + values + ")";
}

Value text_or_null(const std::string& text) { return text.empty() ? Value::null() : Value::text(text); }

[[noreturn]] void fail_for_another(const std::string& table) {
    throw MigrationError("the table " + printable(table) +
                         " is not the one in which migrations record what has run: it has other columns; rename it, or "
                         "give migrations tables of other names with version_table under [migrations] in strata.toml");
}

HistoryEntry entry_of(const core::Row& row) {
    HistoryEntry entry;
    entry.revision = row.text(0);
    const auto* const action = std::ranges::find(actions, row.text(1), [](const auto& each) { return each.second; });
    entry.action = action != actions.end() ? action->first : HistoryEntry::Action::other;
    if (action == actions.end()) entry.other_action = row.text(1);
    if (!row.is_null(2)) entry.checksum = row.text(2);
    entry.started = row.timestamptz(3);
    if (!row.is_null(4)) entry.seconds = row.real(4);
    entry.tool_version = row.text(5);
    if (!row.is_null(6)) entry.error = row.text(6);
    if (!row.is_null(7)) entry.database_user = row.text(7);
    return entry;
}

}  // namespace

std::string_view text_of(const HistoryEntry& entry) {
    const auto* const action = std::ranges::find(actions, entry.action, [](const auto& each) { return each.first; });
    return action != actions.end() ? action->second : std::string_view(entry.other_action);
}

HistoryTable::HistoryTable(core::Connection& connection, const schema::VersionTables& tables)
    : schema_(schema_of(connection, tables)),
      table_(tables.history),
      name_(connection.dialect().quoted(schema_) + "." + connection.dialect().quoted(table_)) {}

bool HistoryTable::exists(core::Connection& connection) const { return schema::has_table(connection, schema_, table_); }

std::vector<HistoryEntry> HistoryTable::read(core::Connection& connection) const {
    std::vector<HistoryEntry> list;
    if (!exists(connection)) return list;
    try {
        // With the table's name before it: SQLite takes a name in quotes that is no column's for a text.
        auto cursor =
            connection.query("SELECT " + list_of_columns("h.") + " FROM " + name_ + " AS h ORDER BY h.\"id\"");
        while (cursor.next()) list.push_back(entry_of(cursor.row()));
    } catch (const NoSuchColumn&) {
        fail_for_another(table_);
    }
    return list;
}

std::map<std::string, HistoryEntry> HistoryTable::applied(core::Connection& connection) const {
    std::map<std::string, HistoryEntry> applied;
    for (auto& entry : read(connection)) {
        if (entry.error || entry.action == HistoryEntry::Action::other) continue;
        auto id = entry.revision;
        if (entry.action == HistoryEntry::Action::downgrade)
            applied.erase(id);
        else
            applied[std::move(id)] = std::move(entry);
    }
    return applied;
}

std::map<std::string, HistoryEntry> HistoryTable::runs(core::Connection& connection) const {
    std::map<std::string, HistoryEntry> runs;
    for (auto& entry : read(connection)) {
        if (entry.error) continue;
        auto id = entry.revision;
        if (entry.action == HistoryEntry::Action::downgrade)
            runs.erase(id);
        else if (entry.action != HistoryEntry::Action::accept && entry.action != HistoryEntry::Action::other)
            runs[std::move(id)] = std::move(entry);
    }
    return runs;
}

void HistoryTable::insert(core::Connection& connection, const HistoryEntry& entry) const {
    const auto& dialect = connection.dialect();
    const Value values[] = {Value::text(entry.revision),
                            Value::text(text_of(entry)),
                            text_or_null(entry.checksum),
                            Value::timestamptz(entry.started),
                            entry.seconds ? Value::real(*entry.seconds) : Value::null(),
                            Value::text(STRATA_VERSION),
                            entry.error ? Value::text(*entry.error) : Value::null()};
    std::string places;
    for (std::size_t i = 0; i < std::size(values); ++i) {
        dialect.placeholder(places, static_cast<int>(i + 1));
        places += ", ";
    }
    try {
        connection.execute(insert_into(name_, places + detail::dialect_compiler(dialect).user_sql()), values);
    } catch (const NoSuchColumn&) {
        fail_for_another(table_);
    }
}

void HistoryTable::make(core::Connection& connection) const {
    if (!exists(connection)) connection.script(create_table(connection.dialect(), name_, table_));
}

void HistoryTable::add(core::Connection& connection, const HistoryEntry& entry) const {
    make(connection);
    insert(connection, entry);
}

void HistoryTable::add_failure(core::Connection& connection, const HistoryEntry& entry) const noexcept {
    try {
        if (!exists(connection)) return;
        connection.begin(core::immediate_transaction);
        insert(connection, entry);
        connection.commit();
    } catch (const std::exception& error) {
        try {
            core::log::write(core::log::Level::debug, "the failure is not in " + table_ + ": " + error.what());
            connection.rollback();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the failure itself is the one to report
        }
    }
}

std::vector<EditedRevision> edited_revisions(const std::map<std::string, HistoryEntry>& applied,
                                             const RevisionGraph& graph, const RevisionIds& ids,
                                             const core::Dialect& dialect) {
    std::vector<EditedRevision> list;
    if (applied.empty()) return list;
    for (const Revision* revision : graph.ancestors(ids)) {
        const auto entry = applied.find(revision->id);
        if (entry == applied.end() || entry->second.checksum.empty()) continue;
        const auto now = checksum_of(*revision, dialect);
        if (!now.empty() && are_comparable(now, entry->second.checksum) && now != entry->second.checksum)
            list.push_back({revision, entry->second});
    }
    return list;
}

std::string text_of(const EditedRevision& edited) {
    return "revision " + edited.revision->label() + " was edited after it had " +
           (edited.applied.action == HistoryEntry::Action::upgrade ? "run" : "been recorded") + " here on " +
           edited.applied.started.to_string().substr(0, 19);
}

std::string tool_version() { return STRATA_VERSION; }

std::string create_history_table_sql(const core::Dialect& dialect, const schema::VersionTables& tables) {
    return create_table(dialect, script_name(dialect, tables, tables.history), tables.history);
}

std::string history_statement(const core::Dialect& dialect, const schema::VersionTables& tables,
                              const HistoryEntry& entry) {
    std::string values;
    const auto add = [&](const Value& value) {
        dialect.literal(values, value);
        values += ", ";
    };
    add(Value::text(entry.revision));
    add(Value::text(text_of(entry)));
    add(text_or_null(entry.checksum));
    values += std::string(dialect.now()) + ", NULL, ";
    add(Value::text(STRATA_VERSION));
    values += "NULL, " + detail::dialect_compiler(dialect).script_user_sql();
    return insert_into(script_name(dialect, tables, tables.history), values);
}

std::vector<HistoryEntry> read_history(const core::Engine& engine, const schema::VersionTables& tables) {
    if (engine.dialect().is_missing(engine.url())) return {};
    auto connection = engine.connect();
    return HistoryTable(*connection, tables).read(*connection);
}

}  // namespace strata::migrate
