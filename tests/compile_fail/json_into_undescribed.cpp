// expect: strata: from_json() makes a model
#include "row_structs.hpp"

void mistake() { (void)dal::from_json<Plain>("{}"); }
