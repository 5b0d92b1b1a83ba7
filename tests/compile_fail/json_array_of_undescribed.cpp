// expect: strata: write_json() takes models
#include "row_structs.hpp"

void mistake(std::ostream& out) { dal::write_json(out, std::vector<Plain>()); }
