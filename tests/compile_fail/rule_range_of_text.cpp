// expect: strata: a range is a rule about a number, a date or a time
#include "row_structs.hpp"

namespace music {
STRATA_RULES(songs, at_least(songs.title, "a"))
}
