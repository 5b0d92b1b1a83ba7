// expect: both queries must select as many elements, in order, of the same kinds
#include "models.hpp"

void mistake() { (void)select(users.id).from(users).union_all(select(users.email).from(users)); }
