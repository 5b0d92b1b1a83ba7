// expect: strata: custom() takes [](const Model& row)
#include "row_structs.hpp"

namespace music {
inline core::Rule rule(int least) {
    return rules::custom("few", "must be more", [least](const Song& row) { return row.id > least; });
}
}  // namespace music
