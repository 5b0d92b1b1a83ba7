// expect: strata: length() is a rule about a text, bytes or an array
#include "row_structs.hpp"

namespace music {
STRATA_RULES(songs, length(songs.id, 1, 2))
}
