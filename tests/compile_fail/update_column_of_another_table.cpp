// expect: this takes a row and columns of its table: db.update(song, songs.title)
#include "models.hpp"

void mistake(const dal::Database& db) { db.update(Song{}, users.email); }
