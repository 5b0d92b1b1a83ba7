// expect: of() names a table that is not in the query
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(users).for_share(dal::of(songs)); }
