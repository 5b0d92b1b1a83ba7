// expect: truncate() takes a date or a timestamp
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db.all(select(dal::truncate(dal::Unit::month, songs.title)).from(songs));
}
