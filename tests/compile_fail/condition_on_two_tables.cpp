// expect: names columns of several tables
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.user_id == users.id).all(); }
