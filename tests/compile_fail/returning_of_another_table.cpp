// expect: returning() takes what the changed table has
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id == 1).returning(users.email); }
