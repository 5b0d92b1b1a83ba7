// expect: returning() takes columns, expressions and the table
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id == 1).returning(songs.title = "x"); }
