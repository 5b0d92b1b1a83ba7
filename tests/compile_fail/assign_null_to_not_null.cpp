// expect: this column cannot be NULL
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).update(songs.title = std::nullopt); }
