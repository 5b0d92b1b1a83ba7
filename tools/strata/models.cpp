#include "adopt.hpp"
#include "commands.hpp"
#include "room.hpp"

#include <strata/core/error.hpp>
#include <strata/schema/reflection.hpp>

#include <iostream>

namespace strata::tool {

schema::ReflectOptions reflect_options(const Arguments& arguments) {
    schema::ReflectOptions options;
    options.schemas = arguments.schemas;
    options.all_schemas = options.schemas.empty();
    options.privileges = arguments.privileges;
    if (arguments.tables.empty()) return options;
    using Kind = schema::ObjectKind;
    options.names = {arguments.tables};
    options.kinds = {Kind::table, Kind::trigger, Kind::rule, Kind::policy, Kind::statistics};
    if (arguments.views) options.kinds.insert(options.kinds.end(), {Kind::view, Kind::materialized_view});
    return options;
}

core::PooledConnection open(const core::Engine& engine, const Arguments& arguments) {
    const Room& room = room_of(engine.dialect());
    room.check_schemas(arguments.schemas);
    return room.open(engine);
}

schema::MetaData read(core::Connection& connection, const Arguments& arguments) {
    auto metadata = schema::reflect(connection, reflect_options(arguments));
    if (!arguments.tables.empty() && metadata.tables.empty())
        throw UsageError("no table is called '" + arguments.tables + "'; see the names by: strata inspect URL");
    return metadata;
}

schema::GenerateOptions generate_options(core::Connection& connection, const Arguments& arguments) {
    using Layout = schema::GenerateOptions::Layout;
    schema::GenerateOptions options;
    options.name_space = arguments.name_space;
    options.layout = arguments.one_file    ? Layout::one_file
                     : arguments.per_table ? Layout::per_table
                                           : Layout::automatic;
    if (arguments.views) options.views = schema::view_columns(connection, reflect_options(arguments));
    return options;
}

int models(const Arguments& arguments) {
    const core::Engine engine(arguments.url);
    auto connection = open(engine, arguments);
    const auto metadata = read(*connection, arguments);
    if (metadata.tables.empty() && schema::has_generated_models(arguments.out))
        throw UsageError("the database has no tables, and " + arguments.out +
                         " has models, which would be emptied; remove the folder if that is meant");
    auto options = generate_options(*connection, arguments);
    // A folder that was made a project stays one.
    options.migration_tool =
        arguments.adopt || schema::is_generated_file(std::filesystem::path(arguments.out) / "CMakeLists.txt");
    const auto files = schema::generate(metadata, connection->dialect(), options);
    const auto left = schema::write_generated(files, arguments.out);
    std::cout << metadata.tables.size() << " tables and " << metadata.objects.size() << " other objects in "
              << files.size() << " files in " << arguments.out << "\n";
    for (const auto& name : left)
        std::cout << "left because of its own code, though nothing of the database needs it: " << name << "\n";
    print_unmanaged(metadata);
    if (!arguments.adopt) {  // else the migration tool's check prints them
        print_notes(schema::other_forms(*connection, metadata));
        return 0;
    }
    {
        const auto ended = std::move(connection);
    }
    engine.dispose();
    return adopt(arguments.out, schema::migration_tool_target(options),
                 room_of(engine.dialect()).from_anywhere(arguments.url));
}

void print_notes(const schema::UnmanagedList& notes, const char* before) {
    for (const auto& each : notes.texts()) std::cout << before << "note: " << printable(each) << "\n";
}

void print_unmanaged(const schema::MetaData& metadata, const char* before) {
    const auto print = [&](const schema::UnmanagedList& list) {
        for (const auto& each : list.texts()) std::cout << before << "unmanaged: " << printable(each) << "\n";
    };
    print_notes(metadata.notes, before);
    print(metadata.unmanaged);
    for (const auto& table : metadata.tables) print(table.unmanaged);
}

}  // namespace strata::tool
