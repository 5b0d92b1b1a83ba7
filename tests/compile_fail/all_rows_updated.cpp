// expect: this changes every row of the table: say db(dal::all(songs)).update(...)
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs).update(songs.title = "x"); }
