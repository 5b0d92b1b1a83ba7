// expect: in() takes a query that selects as many expressions as the row has, of their kinds
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db(dal::row(songs.id, songs.title).in(select(users.id).from(users))).all();
}
