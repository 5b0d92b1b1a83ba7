#pragma once

#include <strata/core/engine.hpp>
#include <strata/schema/generate.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The commands of the program `strata`, which needs no project: they read a database and write models, show it, or
/// compare it. Each prints its result and returns the exit code: 0 done or equal, 1 differences, 2 failed.
namespace strata::tool {

struct Arguments {
    std::string url;
    std::string other;  ///< the second database of diff
    std::vector<std::string> schemas;
    std::string tables;  ///< a pattern with * and ?
    std::string out;
    std::string name_space = "models";
    bool one_file = false;
    bool per_table = false;
    bool views = false;
    bool adopt = false;
    bool privileges = false;
    bool json = false;
    bool sql = false;
    bool mermaid = false;
    std::string compiler;
    std::vector<std::string> includes;
    std::string server;  ///< where diff makes a scratch database for an SQL file
    std::string into;    ///< an empty database for roundtrip
};

int models(const Arguments& arguments);
int inspect(const Arguments& arguments);
int diff(const Arguments& arguments);
int roundtrip(const Arguments& arguments);

/// Connects to the database that a command reads, and changes nothing. Throws UsageError when it does not exist, or has
/// no schemas and one was asked for.
[[nodiscard]] core::PooledConnection open(const core::Engine& engine, const Arguments& arguments);
/// What is in the database, or in the schemas and tables that were asked for.
schema::MetaData read(core::Connection& connection, const Arguments& arguments);
/// The schemas and names that were asked for.
schema::ReflectOptions reflect_options(const Arguments& arguments);
/// Says what the role could not see, a line each.
void print_notes(const schema::UnmanagedList& notes, const char* before = "");
/// Names what the vocabulary cannot express, a line each.
void print_unmanaged(const schema::MetaData& metadata, const char* before = "");
/// The same as options for the models.
schema::GenerateOptions generate_options(core::Connection& connection, const Arguments& arguments);

}  // namespace strata::tool
