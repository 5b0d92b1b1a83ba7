#include "support/paths.hpp"

namespace strata::test {

// The build gives both, to this file alone.
std::filesystem::path source_directory() { return STRATA_SOURCE_DIRECTORY; }
std::filesystem::path build_directory() { return STRATA_BUILD_DIRECTORY; }

}  // namespace strata::test
