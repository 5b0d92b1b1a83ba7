// expect: names a column of a table that is not in the query: add it with join() first
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(songs.title).from(songs).where(users.id == 1)); }
