// expect: this relation is of the rows of another table
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto songs_of = dal::has_many(users.id, songs.user_id);

void mistake(const dal::Database& db) { db.load(db(users), songs_of.with(songs_of)); }
