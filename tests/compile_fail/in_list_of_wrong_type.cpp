// expect: in() needs values of the column's own kind
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id.in({"a", "b"})).all(); }
