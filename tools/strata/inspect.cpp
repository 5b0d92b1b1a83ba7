#include "commands.hpp"
#include "json.hpp"
#include "mermaid.hpp"
#include "room.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>

#include <boost/json/serialize.hpp>

#include <iostream>

namespace strata::tool {
namespace {

using namespace schema;

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
    const auto connection = open(engine, arguments);
    const auto metadata = read(*connection, arguments);
    const auto& ddl = ddl_compiler(engine.dialect());
    if (arguments.json) {
        std::cout << boost::json::serialize(json_of(metadata, ddl)) << "\n";
    } else if (arguments.sql) {
        std::cout << migrate::create_script(metadata, engine.dialect(), room_of(engine.dialect()).opening(*connection));
    } else if (arguments.mermaid) {
        print_mermaid(metadata, ddl);
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
