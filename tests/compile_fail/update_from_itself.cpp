// expect: this table is in the update already: give it an alias
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).from(songs, songs.id == 2); }
