// expect: this assignment reads another table: db(songs).from(users, songs.user_id == users.id)
#include "models.hpp"

void mistake(const dal::Database& db) { db(songs.id == 1).update(songs.title = users.email); }
