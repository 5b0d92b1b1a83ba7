// expect: of() names a table that is not in the query
#include "models.hpp"

void mistake() { (void)select(users.id).from(users).for_update(dal::of(songs)); }
