// expect: strata: a rule compares with constants of the column's type
#include "row_structs.hpp"

namespace music {
STRATA_RULES(songs, at_most(songs.user_id, "ten"))
}
