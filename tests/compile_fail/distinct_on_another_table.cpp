// expect: distinct_on() names a column of a table that is not in the query
#include "models.hpp"

void mistake() { (void)select(users.id).from(users).distinct_on(songs.title); }
