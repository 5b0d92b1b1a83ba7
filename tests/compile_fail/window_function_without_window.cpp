// expect: select() takes columns, expressions and tables
#include "models.hpp"

void mistake() { (void)select(dal::row_number()).from(songs); }
