// expect: an insert reads no table: use insert_from(select(...), columns...)
#include "models.hpp"

void mistake(const dal::Database& db) { db.insert_into(songs, songs.title = users.email); }
