// expect: this assigns a value, where a condition compares with ==
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id = 7).remove(); }
