// expect: or with correlate() where it is of the query around
#include "models.hpp"

auto mistake(const dal::Database& db) {
    return db.all(select(users.email)
                      .from(users)
                      .where(dal::exists(select(songs.id).from(songs).where(songs.user_id == users.id))));
}
