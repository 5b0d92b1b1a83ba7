#include "memory_database.hpp"
#include "targets.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>

namespace strata::fuzz {

namespace {

using namespace schema::detail::sqlite;

std::vector<std::string> without_doubles(const std::vector<std::string>& names) {
    std::vector<std::string> kept;
    for (const auto& name : names) {
        const bool known =
            std::any_of(kept.begin(), kept.end(), [&](const auto& each) { return same_name(each, name); });
        if (!known) kept.push_back(name);
    }
    return kept;
}

void check_spans(std::string_view sql, const ParsedTable& table) {
    std::size_t at = table.body.begin;
    const auto check = [&](Span span) {
        expect(span.begin >= at && span.end <= table.body.end && span.begin < span.end, "items overlap");
        at = span.end;
    };
    for (const auto& column : table.columns) {
        check(column.span);
        std::size_t within = column.type_span.end;
        for (const auto& clause : column.clauses) {
            expect(clause.span.begin >= within && clause.span.end <= column.span.end, "clauses overlap");
            within = clause.span.end;
        }
        expect(same_name(identifier(column.name_span.of(sql)), column.name), "a name is not where it is said to be");
    }
    for (const auto& clause : table.constraints) check(clause.span);
    for (const auto comma : table.commas) expect(sql[comma] == ',', "a comma is not where it is said to be");
}

void check_table(const MemoryDatabase& database, const std::string& name, const std::string& sql) {
    const ParsedTable table = parse_create_table(sql);
    expect(same_name(table.name, name), "the table is called " + table.name + ": " + sql);
    const auto columns = database.columns(name);
    expect(columns.size() == table.columns.size(), "another number of columns: " + sql);
    std::vector<std::string> key(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& column = table.columns[i];
        expect(column.name == columns[i].name, "column " + columns[i].name + " is called " + column.name + ": " + sql);
        const bool by_itself = columns[i].key > 0 && (table.without_rowid || table.strict);
        const bool required = column.find(ClauseKind::not_null) != nullptr;
        expect(required ? columns[i].required : by_itself || !columns[i].required,
               "NOT NULL of " + column.name + ": " + sql);
        expect((column.find(ClauseKind::generated) != nullptr) == columns[i].generated, "GENERATED of " + column.name);
        if (columns[i].key > 0) key.at(columns[i].key - 1) = columns[i].name;
    }
    while (!key.empty() && key.back().empty()) key.pop_back();
    const auto said = without_doubles(table.primary_key());
    expect(std::equal(said.begin(), said.end(), key.begin(), key.end(),
                      [](const auto& a, const auto& b) { return same_name(a, b); }),
           "another primary key: " + sql);
    check_spans(sql, table);
}

}  // namespace

/// What SQLite accepts is read, and as SQLite reads it.
void create_table(std::string_view text) {
    if (text.find('\0') == std::string_view::npos) {
        const MemoryDatabase database;
        if (database.create_table(text))
            for (const auto& [name, sql] : database.tables()) check_table(database, name, sql);
    }
    try {
        static_cast<void>(parse_create_table(text));
        static_cast<void>(parse_create_index(text));
    } catch (const UsageError&) {
        return;
    }
}

}  // namespace strata::fuzz
