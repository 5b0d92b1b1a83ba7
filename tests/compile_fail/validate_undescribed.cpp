// expect: strata: validate() takes a model
#include "row_structs.hpp"

void mistake() { (void)dal::validate(Plain{}); }
