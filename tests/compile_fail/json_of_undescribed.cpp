// expect: strata: to_json() takes a model
#include "row_structs.hpp"

void mistake() { (void)dal::to_json(Plain{}); }
