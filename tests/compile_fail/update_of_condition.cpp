// expect: update() takes a row: rows by a condition are db(songs.id == 5).update(...)
#include "models.hpp"

void mistake(const dal::Database& db) { db.update(songs.id == 5); }
