// expect: do not have as many elements as each other
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::row(songs.id, songs.title) == dal::row(1, "x", 2)).all(); }
