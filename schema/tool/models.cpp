#include "commands.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/order.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <iostream>
#include <set>

namespace strata::tool {
schema::ReflectOptions reflect_options(const Arguments& arguments) {
    schema::ReflectOptions options;
    options.schemas = arguments.schemas;
    options.all_schemas = options.schemas.empty();
    options.privileges = arguments.privileges;
    return options;
}

namespace {

/// Whether the name fits a pattern in which * is any text and ? any character.
bool fits(std::string_view pattern, std::string_view name) {
    if (pattern.empty()) return name.empty();
    if (pattern.front() == '*') {
        for (std::size_t i = 0; i <= name.size(); ++i)
            if (fits(pattern.substr(1), name.substr(i))) return true;
        return false;
    }
    return !name.empty() && (pattern.front() == '?' || pattern.front() == name.front()) &&
           fits(pattern.substr(1), name.substr(1));
}

/// The tables that fit and what they cannot do without; of the other objects only what belongs to such a table.
void keep_fitting(schema::MetaData& metadata, const std::string& pattern) {
    const auto asked = [&](const schema::Table& table) {
        return fits(pattern, table.name.name) || fits(pattern, table.name.text());
    };
    std::set<schema::ObjectRef> kept;
    std::vector<schema::ObjectRef> open;
    for (const auto& table : metadata.tables)
        if (asked(table)) open.push_back({schema::ObjectKind::table, table.name});
    if (open.empty()) throw UsageError("no table is called '" + pattern + "'; see the names by: strata inspect URL");
    for (const auto& object : metadata.objects)
        if (!object.ref.table.empty() && fits(pattern, object.ref.table.name)) open.push_back(object.ref);
    while (!open.empty()) {
        const auto ref = open.back();
        open.pop_back();
        if (!kept.insert(ref).second) continue;
        if (const auto* object = metadata.find(ref))
            open.insert(open.end(), object->needs.begin(), object->needs.end());
        if (ref.kind != schema::ObjectKind::table) continue;
        if (const auto* table = metadata.find(ref.name)) {
            const auto needs = schema::needs_of(*table);
            open.insert(open.end(), needs.begin(), needs.end());
        }
    }
    std::erase_if(metadata.tables,
                  [&](const auto& table) { return !kept.contains({schema::ObjectKind::table, table.name}); });
    std::erase_if(metadata.objects, [&](const auto& object) { return !kept.contains(object.ref); });
}

}  // namespace

schema::MetaData read(core::Connection& connection, const Arguments& arguments) {
    auto metadata = schema::reflect(connection, reflect_options(arguments));
    if (!arguments.tables.empty()) keep_fitting(metadata, arguments.tables);
    return metadata;
}

schema::GenerateOptions generate_options(core::Connection& connection, const Arguments& arguments) {
    using Layout = schema::GenerateOptions::Layout;
    schema::GenerateOptions options;
    options.name_space = arguments.name_space;
    options.layout = arguments.one_file    ? Layout::one_file
                     : arguments.per_table ? Layout::per_table
                                           : Layout::automatic;
    if (arguments.views) {
        options.views = schema::view_columns(connection, reflect_options(arguments));
        if (!arguments.tables.empty())
            std::erase_if(options.views, [&](const auto& view) { return !fits(arguments.tables, view.first.name); });
    }
    return options;
}

int models(const Arguments& arguments) {
    const core::Engine engine(arguments.url);
    const auto connection = engine.connect();
    const auto metadata = read(*connection, arguments);
    const auto files = schema::generate(metadata, connection->dialect(), generate_options(*connection, arguments));
    const auto left = schema::write_generated(files, arguments.out);
    std::cout << metadata.tables.size() << " tables and " << metadata.objects.size() << " other objects in "
              << files.size() << " files in " << arguments.out << "\n";
    for (const auto& name : left)
        std::cout << "left because of its own code, though nothing of the database needs it: " << name << "\n";
    print_unmanaged(metadata);
    return 0;
}

void print_notes(const schema::UnmanagedList& notes) {
    for (const auto& each : notes.texts()) std::cout << "note: " << each << "\n";
}

void print_unmanaged(const schema::MetaData& metadata) {
    print_notes(metadata.notes);
    for (const auto& each : metadata.unmanaged.texts()) std::cout << "unmanaged: " << each << "\n";
    for (const auto& table : metadata.tables)
        for (const auto& each : table.unmanaged.texts()) std::cout << "unmanaged: " << each << "\n";
}

}  // namespace strata::tool
