// expect: strata:
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(songs.id = 7).from(songs)); }
