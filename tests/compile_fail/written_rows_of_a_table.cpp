// expect: this changes every row of the table: say dal::all(songs)
#include "models.hpp"

#include <strata/dal/written_rows.hpp>

void mistake() { (void)dal::removed(songs); }
