// expect: nullif() takes two values of one kind
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::nullif(songs.title, 1)).from(songs)); }
