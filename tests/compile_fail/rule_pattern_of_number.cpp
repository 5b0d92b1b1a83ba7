// expect: strata: pattern() is a rule about a text
#include "row_structs.hpp"

namespace music {
STRATA_RULES(songs, pattern(songs.id, "^1"))
}
