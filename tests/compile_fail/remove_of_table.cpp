// expect: remove() takes a row: every row of a table is db(dal::all(songs)).remove()
#include "models.hpp"

void mistake(const dal::Database& db) { db.remove(songs); }
