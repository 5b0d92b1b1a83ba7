// expect: full text search takes text
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::text_matches(songs.id, "x")).all(); }
