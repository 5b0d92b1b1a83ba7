// expect: this takes a row and columns of its table: db.update(song, songs.title)
#include "models.hpp"

void mistake(const dal::Database& db) { db.get_or_create(User{}, songs.id); }
