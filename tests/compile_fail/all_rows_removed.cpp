// expect: this removes every row of the table: say db(dal::all(songs)).remove()
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs).remove(); }
