#pragma once

#include <filesystem>
#include <string>

namespace strata::tool {

/// Makes of the folder, which holds generated models, a project with migrations, and takes the database in: builds the
/// migration tool, checks that the models are what the database is, writes the first revision and marks the database
/// as being at it. Nothing else of the database is changed. What is there of an earlier run is used, and where that has
/// done all of it already, nothing is. `target` is the migration tool's. Returns the exit code, 1 when the models and
/// the database differ. Throws UsageError when something cannot be built.
int adopt(const std::filesystem::path& folder, const std::string& target, const std::string& url);

}  // namespace strata::tool
