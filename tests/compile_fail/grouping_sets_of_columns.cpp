// expect: grouping_sets() takes grouping_set(...), rollup() and cube()
#include "models.hpp"

void mistake() { (void)dal::grouping_sets(users.email); }
