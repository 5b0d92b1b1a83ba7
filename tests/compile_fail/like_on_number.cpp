// expect: only text can be matched with a pattern
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id.like("1%")).all(); }
