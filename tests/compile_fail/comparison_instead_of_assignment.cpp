// expect: takes assignments to columns of this table
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).update(songs.title == "x"); }
