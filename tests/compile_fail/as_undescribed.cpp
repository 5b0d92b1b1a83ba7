// expect: strata: as() takes models and described structs
#include "row_structs.hpp"

void mistake(const User& user) { (void)dal::as<Plain>(user); }
