// expect: selects columns, not tables
#include "models.hpp"

void mistake() { (void)dal::derived<"all">(select(users).from(users)); }
