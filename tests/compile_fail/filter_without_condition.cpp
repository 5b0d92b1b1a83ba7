// expect: filter() takes a condition
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::count().filter(songs.title)).from(songs)); }
