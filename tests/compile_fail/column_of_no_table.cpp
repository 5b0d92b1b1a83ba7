// expect: names a column of a table that is not in the query
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(songs.title, users.email).from(songs)); }
