#pragma once

#include <string>
#include <vector>

/// Where this program is, and what of Strata is beside it.
namespace strata::tool {

/// The folder into which Strata and this program are installed; empty for one in a build tree.
[[nodiscard]] std::string installed_prefix();
/// Where the headers are: PREFIX/include of an installed program, a list of folders in a build tree.
[[nodiscard]] std::vector<std::string> usual_includes();
/// db_migrate.sh of the same installation, or of the sources of the build tree.
[[nodiscard]] std::string migration_script();

}  // namespace strata::tool
