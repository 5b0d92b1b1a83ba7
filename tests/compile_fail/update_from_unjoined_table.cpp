// expect: this condition names a column of a table that is not in the update
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).from(users, users.id == 1).where(song_list.id == 1); }
