// expect: days_between() takes two dates
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db.all(select(dal::days_between(songs.created_at, songs.created_at)).from(songs));
}
