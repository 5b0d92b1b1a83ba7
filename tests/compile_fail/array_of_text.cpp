// expect: this is not an array
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::array_has(songs.title, "x")).all(); }
