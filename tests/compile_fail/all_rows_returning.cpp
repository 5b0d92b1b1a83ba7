// expect: this changes every row of the table: say db(dal::all(songs)).returning(...)
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs).returning(songs.id).remove(); }
