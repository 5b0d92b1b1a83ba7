// expect: strata: read_csv() takes a model
#include "row_structs.hpp"

void mistake(std::istream& in) { (void)dal::read_csv<Plain>(in); }
