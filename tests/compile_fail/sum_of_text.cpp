// expect: sum() takes a number
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::sum(songs.title)).from(songs)); }
