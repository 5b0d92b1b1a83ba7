// expect: only text is matched with a regular expression
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::matches(songs.id, "1+")).all(); }
