// expect: std::optional
#include "models.hpp"

void mistake(const dal::Database& db) {
    const std::vector<std::string> titles =
        db.all(select(songs.title).from(users).left_join(songs, songs.user_id == users.id));
}
