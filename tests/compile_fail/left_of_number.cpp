// expect: left() takes a text and a number of characters
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::left(songs.id, 2)).from(songs)); }
