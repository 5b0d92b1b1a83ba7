// expect: rows that are written are given by with(): make them a dal::cte
#include "models.hpp"

#include <strata/dal/written_rows.hpp>

void mistake() { (void)dal::derived<"gone">(dal::removed(songs.id == 1).returning(songs.id)); }
