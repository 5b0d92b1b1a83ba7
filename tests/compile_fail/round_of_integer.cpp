// expect: round() takes a double or a Decimal
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::round(songs.id)).from(songs)); }
