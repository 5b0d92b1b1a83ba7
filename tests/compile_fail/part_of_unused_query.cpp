// expect: select() names a column of a table that is not in the query
#include "models.hpp"

void mistake(const dal::Database& db) {
    const auto both = dal::derived<"both">(select(users, songs).from(users).join(songs, songs.user_id == users.id));
    const auto [user, song] = both.columns();
    (void)db.all(select(song).from(users));
}
