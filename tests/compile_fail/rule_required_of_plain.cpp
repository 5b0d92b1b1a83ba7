// expect: strata: required() is a rule about a column that can be NULL
#include "row_structs.hpp"

namespace music {
STRATA_RULES(songs, required(songs.title))
}
