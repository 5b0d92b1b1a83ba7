// expect: load() takes rows of one model
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake(const dal::Database& db) { db.load(select(users.id).from(users), dal::has_many(users.id, songs.user_id)); }
