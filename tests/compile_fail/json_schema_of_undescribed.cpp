// expect: strata: json_schema() takes a model
#include "row_structs.hpp"

void mistake() { (void)dal::json_schema<Plain>(); }
