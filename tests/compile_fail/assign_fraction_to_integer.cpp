// expect: cannot be assigned to a column of that type
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).update(songs.user_id = 1.5); }
