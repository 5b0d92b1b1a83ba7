// expect: strata: no STRATA_MODEL describes the type that make() makes
#include "row_structs.hpp"

void mistake() { (void)dal::make<Plain>(NewSong{}); }
