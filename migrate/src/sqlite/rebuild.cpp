#include "rebuild.hpp"

#include "catalogue.hpp"
#include "table_edit.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>
#include <strata/schema/detail/sqlite/errors.hpp>
#include <strata/schema/internal/statements.hpp>

#include <algorithm>
#include <optional>

namespace strata::migrate::sqlite {
namespace {

using core::Value;
using namespace schema::detail::sqlite;
namespace statements = schema::statements;

class Rebuilding {
public:
    Rebuilding(Journal& journal, const Rebuild& rebuild)
        : journal_(journal),
          connection_(journal.connection()),
          rebuild_(rebuild),
          old_(parse_create_table(rebuild.stored)),
          new_(parse_create_table(rebuild.wanted)),
          objects_(schema_objects(connection_)),
          name_(quoted(rebuild.table)) {
        while (std::any_of(objects_.begin(), objects_.end(),
                           [&](const auto& object) { return same_name(object.name, temporary_); }))
            temporary_ = "_strata_" + std::to_string(++attempt_) + "_" + rebuild.table;
    }

    void run() {
        const auto& dialect = connection_.dialect();
        list_columns();
        check_old_rows();
        const bool statistics = has_statistics();
        // Renaming a table then leaves views and other tables' triggers unchanged.
        journal_.execute("PRAGMA legacy_alter_table = ON", StatementKind::setting);
        journal_.writes_as(temporary_, rebuild_.table);
        journal_.execute(rename_table_in(rebuild_.wanted, temporary_));
        copy(rebuild_.table, temporary_, kept_, expressions_,
             !old_.without_rowid && !new_.without_rowid && new_.rowid_alias() == nullptr);
        check_new_rows();
        keep_sequence(rebuild_.table, temporary_);
        journal_.execute(statements::drop_table(dialect, rebuild_.table));
        if (survives_rename(rebuild_.wanted)) {
            journal_.execute(statements::rename_table(dialect, temporary_, rebuild_.table));
        } else {
            // Renaming would not leave exactly the wanted text.
            journal_.execute(rebuild_.wanted);
            copy(temporary_, rebuild_.table, kept_, kept_, !new_.without_rowid && new_.rowid_alias() == nullptr);
            keep_sequence(temporary_, rebuild_.table);
            journal_.execute(statements::drop_table(dialect, temporary_));
        }
        journal_.writes_as({}, {});
        restore_indexes();
        restore_views_and_triggers(journal_, objects_);  // its triggers were dropped with it
        if (statistics) analyze();
        journal_.execute("PRAGMA legacy_alter_table = OFF", StatementKind::setting);
    }

private:
    [[nodiscard]] std::string quoted(std::string_view name) const { return connection_.dialect().quoted(name); }

    [[nodiscard]] std::string text_literal(const std::string& text) const {
        std::string sql;
        connection_.dialect().literal(sql, Value::text(text));
        return sql;
    }

    void list_columns();
    void check_old_rows();
    void copy(const std::string& from, const std::string& to, const std::vector<std::string>& columns,
              const std::vector<std::string>& expressions, bool with_rowid);
    void check_new_rows();
    [[nodiscard]] std::string unfit(const std::string& column) const;
    [[nodiscard]] std::string rowid() const;
    [[nodiscard]] bool exists(std::string_view table) const {
        return std::any_of(objects_.begin(), objects_.end(), [&](const auto& object) { return object.name == table; });
    }
    void keep_sequence(const std::string& from, const std::string& to);
    [[nodiscard]] bool has_statistics();
    void analyze();
    void restore_indexes();

    Journal& journal_;
    core::Connection& connection_;
    const Rebuild& rebuild_;
    ParsedTable old_;
    ParsedTable new_;
    std::vector<StoredObject> objects_;
    std::string name_;
    std::string temporary_ = "_strata_" + rebuild_.table;
    int attempt_ = 0;
    std::vector<std::string> kept_;         // columns that are copied, quoted
    std::vector<std::string> expressions_;  // the expressions whose values are copied into them
};

void Rebuilding::list_columns() {
    for (const auto& column : new_.columns) {
        if (column.find(ClauseKind::generated) != nullptr) continue;
        if (old_.find(column.name) == nullptr || contains_name(rebuild_.replaced, column.name)) continue;
        kept_.push_back(quoted(column.name));
        const auto converted = rebuild_.converted.find(column.name);
        expressions_.push_back(converted == rebuild_.converted.end() ? kept_.back() : converted->second.expression);
    }
}

std::string Rebuilding::unfit(const std::string& column) const {
    return "column " + rebuild_.table + "." + column +
           ": {n} {row holds|rows hold} a value that its new type cannot take; change them first, or say how with "
           "using_()";
}

void Rebuilding::check_old_rows() {
    for (const auto& [column, converted] : rebuild_.converted)
        if (!converted.before.empty())
            journal_.expect_none(
                name_ + " WHERE " + quoted(column) + " IS NOT NULL AND (" + converted.before + ") IS NOT TRUE",
                unfit(column));
    for (const auto& column : rebuild_.required) {
        const auto converted = rebuild_.converted.find(column);
        const auto value = converted == rebuild_.converted.end() ? quoted(column) : converted->second.expression;
        journal_.expect_none(name_ + " WHERE (" + value + ") IS NULL",
                             "column " + rebuild_.table + "." + column +
                                 ": {n} {row holds|rows hold} NULL; give them a value before the column becomes NOT "
                                 "NULL");
    }
    for (const auto& column : new_.columns) {
        const bool filled = std::find(kept_.begin(), kept_.end(), quoted(column.name)) != kept_.end() ||
                            column.find(ClauseKind::generated) != nullptr ||
                            column.find(ClauseKind::default_value) != nullptr || new_.rowid_alias() == &column;
        if (!filled && column.find(ClauseKind::not_null) != nullptr)
            journal_.expect_none("(SELECT 1 FROM " + name_ + " LIMIT 1)",
                                 "column " + rebuild_.table + "." + column.name +
                                     " is NOT NULL without a server default, but the table has rows; give it a "
                                     "default, or add it nullable, fill it and alter it then");
    }
}

std::string Rebuilding::rowid() const {
    for (const char* name : {"rowid", "_rowid_", "oid"})
        if (old_.find(name) == nullptr && new_.find(name) == nullptr) return name;
    return {};  // columns with these names hide the rowid, so nothing can have used it
}

/// OR ABORT: an ON CONFLICT IGNORE or REPLACE clause of the table must not drop a row silently.
void Rebuilding::copy(const std::string& from, const std::string& to, const std::vector<std::string>& columns,
                      const std::vector<std::string>& expressions, bool with_rowid) {
    std::string names, values;
    const auto add = [](std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; };
    if (with_rowid && !rowid().empty()) {
        add(names, rowid());
        add(values, rowid());
    }
    for (const auto& column : columns) add(names, column);
    for (const auto& expression : expressions) add(values, expression);
    const auto target = "INSERT OR ABORT INTO " + quoted(to);
    // No old column is kept: a SELECT inserts as many rows of defaults only if it names a column.
    if (names.empty()) {
        journal_.execute(target + " (" + quoted(new_.columns.front().name) + ") SELECT NULL FROM " + quoted(from),
                         StatementKind::data);
        return;
    }
    journal_.execute(target + " (" + names + ") SELECT " + values + " FROM " + quoted(from), StatementKind::data);
}

void Rebuilding::check_new_rows() {
    for (const auto& [column, converted] : rebuild_.converted)
        if (!converted.after.empty())
            journal_.expect_none(quoted(temporary_) + " WHERE " + quoted(column) + " IS NOT NULL AND (" +
                                     converted.after + ") IS NOT TRUE",
                                 unfit(column));
}

/// The highest rowid that AUTOINCREMENT has given out, which DROP TABLE forgets and RENAME TO keeps. Where no row was
/// ever written, copying no rows has stored a 0.
void Rebuilding::keep_sequence(const std::string& from, const std::string& to) {
    const auto* key = new_.rowid_alias();
    const bool counts =
        std::any_of(new_.constraints.begin(), new_.constraints.end(), [](const auto& c) { return c.autoincrement; }) ||
        (key != nullptr &&
         std::any_of(key->clauses.begin(), key->clauses.end(), [](const auto& c) { return c.autoincrement; }));
    if (!counts) return;
    const std::string sequence = "main.sqlite_sequence";
    const std::string old = "SELECT seq FROM " + sequence + " WHERE name = " + text_literal(from);
    journal_.execute(
        "DELETE FROM " + sequence + " WHERE name = " + text_literal(to) + " AND (seq = 0 OR EXISTS (" + old + "))",
        StatementKind::data);
    journal_.execute("INSERT INTO " + sequence + " (name, seq) SELECT " + text_literal(to) + ", seq FROM (" + old + ")",
                     StatementKind::data);
}

bool Rebuilding::has_statistics() {
    if (!exists("sqlite_stat1")) return false;
    const Value values[] = {Value::text(rebuild_.table)};
    return connection_.scalar("SELECT 1 FROM main.sqlite_stat1 WHERE tbl = ?", values).has_value();
}

/// The copy has no rows, so that SQLite writes no statistics there.
void Rebuilding::analyze() {
    journal_.execute("ANALYZE " + name_);
    const Value values[] = {Value::text(rebuild_.table)};
    connection_.execute("INSERT INTO main.sqlite_stat1 (tbl) VALUES (?)", values);
}

void Rebuilding::restore_indexes() {
    for (const auto& object : objects_) {
        if (object.type != "index" || object.sql.empty() || !same_name(object.table, rebuild_.table)) continue;
        if (contains_name(rebuild_.dropped_indexes, object.name)) continue;
        try {
            journal_.execute(object.sql);
        } catch (const Error& error) {
            if (!is_about_schema(error)) throw;
            throw MigrationError("index " + object.name + " needs what the change takes away (" + error.what() +
                                 "); drop it first");
        }
    }
    for (const auto& sql : rebuild_.new_indexes) journal_.execute(sql);
}

}  // namespace

void run(Journal& journal, const Rebuild& rebuild) { Rebuilding(journal, rebuild).run(); }

}  // namespace strata::migrate::sqlite
