// expect: an interval is added to a date or a timestamp
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(songs.title + dal::months(1)).from(songs)); }
