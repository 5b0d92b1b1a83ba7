#include "commands.hpp"
#include "json.hpp"
#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>

namespace strata::tool {
namespace {

using namespace schema;

/// A word of Mermaid's: letters, digits, `_` and `-`. https://mermaid.js.org/syntax/entityRelationshipDiagram.html
std::string word(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (plain)
            result += c;
        else if (!result.empty() && result.back() != '_')
            result += '_';
    }
    while (result.ends_with('_')) result.pop_back();
    if (result.empty() || (result.front() >= '0' && result.front() <= '9')) result.insert(0, "n");
    return result;
}

/// A text in quotes, which Mermaid has no escape for.
std::string quoted(std::string text) {
    for (char& c : text)
        if (c == '"' || c == '\n' || c == '\r' || c == '\\') c = '\'';
    return '"' + text + '"';
}

/// The name of each table in the diagram: its own in quotes where Mermaid takes that, else a word.
std::string entity(const QualifiedName& name) { return quoted(name.text()); }

void print_column(const Table& table, const Column& column, const DdlCompiler& ddl) {
    const auto in = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), column.name) != names.end();
    };
    std::string type = word(ddl.type_name(column.type));
    std::cout << "        " << type << " " << word(column.name);
    std::vector<std::string> keys;
    if (table.primary_key && in(table.primary_key->columns)) keys.emplace_back("PK");
    if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                    [&](const auto& key) { return in(key.columns); }))
        keys.emplace_back("FK");
    if (std::any_of(table.uniques.begin(), table.uniques.end(),
                    [&](const auto& unique) { return unique.columns == std::vector<std::string>{column.name}; }))
        keys.emplace_back("UK");
    for (std::size_t i = 0; i < keys.size(); ++i) std::cout << (i == 0 ? " " : ", ") << keys[i];
    std::string note;
    if (word(column.name) != column.name) note = column.name;
    if (column.nullable) note += note.empty() ? "NULL" : ", NULL";
    if (!note.empty()) std::cout << " " << quoted(note);
    std::cout << "\n";
}

void print_mermaid(const MetaData& metadata, const DdlCompiler& ddl) {
    std::cout << "erDiagram\n";
    for (const auto& table : metadata.tables) {
        if (!table.partition_of.empty()) continue;  // as its parent
        std::cout << "    " << entity(table.name) << " {\n";
        for (const auto& column : table.columns) print_column(table, column, ddl);
        std::cout << "    }\n";
    }
    for (const auto& table : metadata.tables) {
        if (!table.partition_of.empty()) continue;
        for (const auto& key : table.foreign_keys) {
            const bool optional = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
                const Column* column = table.find_column(name);
                return column == nullptr || column->nullable;
            });
            const bool single = (table.primary_key && table.primary_key->columns == key.columns) ||
                                std::any_of(table.uniques.begin(), table.uniques.end(),
                                            [&](const auto& unique) { return unique.columns == key.columns; });
            std::string label;
            for (const auto& column : key.columns) label += (label.empty() ? "" : ", ") + column;
            std::cout << "    " << entity(key.referred_table) << (optional ? " |o" : " ||") << "--"
                      << (single ? "o| " : "o{ ") << entity(table.name) << " : " << quoted(label) << "\n";
        }
    }
}

std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

void print_table(const Table& table, const DdlCompiler& ddl) {
    std::cout << "table " << table.name;
    if (!table.partition_of.empty()) std::cout << ", a partition of " << table.partition_of;
    if (!table.module.empty()) std::cout << ", virtual by " << table.module;
    std::cout << "\n";
    for (const auto& column : table.columns) std::cout << "    " << ddl.column_definition(table, column) << "\n";
    const auto line = [&](const std::string& sql) { std::cout << "    " << sql << "\n"; };
    if (table.primary_key) line(constraint_sql(ddl.dialect(), *table.primary_key));
    for (const auto& each : table.uniques) line(constraint_sql(ddl.dialect(), each));
    for (const auto& each : table.foreign_keys) line(constraint_sql(ddl.dialect(), each));
    for (const auto& each : table.checks) line(constraint_sql(ddl.dialect(), each));
    for (const auto& each : table.excludes) line(constraint_sql(ddl.dialect(), each));
    for (const auto& index : table.indexes) {
        std::vector<std::string> parts;
        for (const auto& element : index.elements)
            parts.push_back(element.column.empty() ? element.expression : element.column);
        line((index.unique ? "unique index " : "index ") + index.name + " (" + joined(parts) + ")" +
             (index.invalid ? ", invalid" : ""));
    }
    for (const auto& each : table.unmanaged.texts()) line("unmanaged: " + each);
}

void print_privileges(const Privileges& privileges) {
    std::cout << "privileges of " << privileges.text() << "\n";
    if (!privileges.future && !privileges.owner.empty()) std::cout << "    owner " << privileges.owner << "\n";
    for (const auto& grant : privileges.grants) {
        std::cout << "    " << grant.grantee << ": "
                  << (grant.privileges.empty() ? "nothing" : joined(grant.privileges));
        if (!grant.columns.empty()) std::cout << " of " << joined(grant.columns);
        std::cout << (grant.with_grant_option ? ", and may grant it" : "") << "\n";
    }
}

}  // namespace

int inspect(const Arguments& arguments) {
    const core::Engine engine(arguments.url);
    const auto connection = engine.connect();
    const auto metadata = read(*connection, arguments);
    const auto& ddl = ddl_compiler(engine.dialect());
    if (arguments.json) {
        std::cout << boost::json::serialize(json_of(metadata, ddl)) << "\n";
    } else if (arguments.sql) {
        std::cout << migrate::create_script(metadata, engine.dialect(), room_of(engine.dialect()).opening(*connection));
    } else if (arguments.mermaid) {
        print_mermaid(metadata, ddl);
        for (const auto& each : metadata.notes.texts()) std::cout << "    %% note: " << each << "\n";
    } else {
        for (const auto& table : metadata.tables) print_table(table, ddl);
        for (const auto& object : metadata.objects) std::cout << object.ref.text() << "\n";
        for (const auto& each : metadata.privileges) print_privileges(each);
        for (const auto& each : metadata.unmanaged.texts()) std::cout << "unmanaged: " << each << "\n";
        print_notes(metadata.notes);
    }
    return 0;
}

}  // namespace strata::tool
