// expect: this is no condition
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.title).all(); }
