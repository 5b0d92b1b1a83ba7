// expect: this is not a condition
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.title).all(); }
