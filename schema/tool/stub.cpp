#include "commands.hpp"
namespace strata::tool {
int inspect(const Arguments&) { return 2; }
int diff(const Arguments&) { return 2; }
}  // namespace strata::tool
