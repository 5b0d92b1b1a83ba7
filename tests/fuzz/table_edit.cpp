#include "sqlite/table_edit.hpp"

#include "memory_database.hpp"
#include "operations/identifiers.hpp"
#include "targets.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <optional>

namespace strata::fuzz {

namespace {

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = core::internal::utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

/// The only table of the SQL as the schema layer reads it; nothing where SQLite does not take the SQL, or the schema
/// layer leaves the table alone.
std::optional<schema::Table> read_back(const std::string& sql) {
    if (!MemoryDatabase().create_table(sql)) return std::nullopt;
    const core::Engine engine("sqlite:///:memory:");
    const auto connection = engine.connect();
    connection->execute(sql);
    auto metadata = schema::reflect(*connection);
    if (metadata.tables.empty()) {  // as one with a column whose name is empty
        expect(metadata.unmanaged.size() == 1, "the table is neither read nor named: " + sql);
        return std::nullopt;
    }
    expect(metadata.tables.size() == 1, "there are more tables than one: " + sql);
    return std::move(metadata.tables.front());
}

template <class T>
bool erase_at(std::vector<T>& list, std::size_t index) {
    if (list.empty()) return false;
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(index % list.size()));
    return true;
}

/// Such a column cannot be dropped alone: a key without its column is none, nor is a check.
bool is_used(const schema::Table& table, const std::string& column) {
    const auto has = [&](const auto& key) {
        return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
    };
    const auto names = [&](const auto& check) { return migrate::mentions(check.expression, column); };
    return std::any_of(table.checks.begin(), table.checks.end(), names) ||
           (table.primary_key && has(*table.primary_key)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(), has) ||
           std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), has);
}

bool change_column(schema::Table& table, char kind, std::size_t index) {
    auto& column = table.columns[index % table.columns.size()];
    const auto& key = table.primary_key;
    const bool in_key = key && std::find(key->columns.begin(), key->columns.end(), column.name) != key->columns.end();
    if (column.identity || column.computed || in_key) return false;
    switch (kind) {
        case 'n':
            column.nullable = !column.nullable;
            return true;
        case 't':
            column.type =
                column.type == schema::Text() ? schema::Type(schema::Integer()) : schema::Type(schema::Text());
            column.server_default.reset();
            return true;
        case 's':
            if (column.type != schema::Text()) return false;
            column.server_default = core::ServerDefault::literal(core::Value::text("it's"));
            return true;
        case 'r':
            column.server_default.reset();
            return true;
        default:
            return false;
    }
}

/// Whether the letter is a change that the table can have.
bool change(schema::Table& table, char kind, std::size_t index) {
    switch (kind) {
        case 'd':
            return table.columns.size() > 1 && !is_used(table, table.columns[index % table.columns.size()].name) &&
                   erase_at(table.columns, index);
        case 'a':
            if (table.find_column("added") != nullptr) return false;
            table.columns.push_back({.name = "added", .type = schema::Text(), .nullable = true});
            return true;
        case 'c':
            return erase_at(table.checks, index);
        case 'k':
            table.checks.push_back({"ck_added", "1 = 1"});
            return true;
        case 'u':
            return erase_at(table.uniques, index);
        case 'v':
            table.uniques.push_back({"uq_added", {table.columns[index % table.columns.size()].name}});
            return true;
        case 'f':
            return erase_at(table.foreign_keys, index);
        case 'p':
            if (!table.primary_key) return false;
            table.primary_key.reset();
            return true;
        default:
            return change_column(table, kind, index);
    }
}

/// In an order of its own, and without what is not compared.
schema::Table ordered(schema::Table table) {
    const auto sort = [](auto& list, const auto& text) {
        std::sort(list.begin(), list.end(), [&](const auto& a, const auto& b) { return text(a) < text(b); });
    };
    sort(table.checks, [](const auto& each) { return each.name + ' ' + each.expression; });
    sort(table.uniques, [](const auto& each) { return std::pair(each.name, each.columns); });
    sort(table.foreign_keys, [](const auto& each) { return std::pair(each.name, each.columns); });
    table.unmanaged.clear();
    return table;
}

}  // namespace

/// One change (a letter and the digit of what it is about, in the first line) of a stored table: what is read from the
/// edited text is what was wanted, or the edit is refused.
void table_edit(std::string_view text) {
    const auto line = text.find('\n');
    if (line != 2 || text.find('\0') != std::string_view::npos) return;
    const std::string sql(text.substr(3));
    // SQLite itself takes any bytes; a connection of Strata does not, and a test of the library says so.
    if (!is_utf8(sql)) return;
    const MemoryDatabase database;
    if (!database.create_table(sql)) return;
    const auto stored = database.tables();
    if (stored.size() != 1) return;
    const std::string& written = stored.front().second;
    const auto before = read_back(written);
    if (!before) return;
    auto after = *before;
    if (!change(after, text[0], static_cast<unsigned char>(text[1]) % 16U)) return;
    std::string edited;
    try {
        edited =
            migrate::sqlite::edit_table(written, *before, after, {}, schema::ddl_compiler(core::dialect_for("sqlite")));
    } catch (const MigrationError&) {
        return;
    } catch (const UsageError&) {
        return;  // a name that cannot be quoted
    }
    const auto read = read_back(edited);
    if (!read) return;  // as where a dropped column is in a check
    expect(ordered(*read) == ordered(after), "the edited table is another one: " + edited);
}

}  // namespace strata::fuzz
