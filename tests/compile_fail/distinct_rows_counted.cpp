// expect: count(a).distinct() counts values
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::count().distinct()).from(songs)); }
