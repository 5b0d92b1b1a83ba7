// expect: this is not a relation
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake(const dal::Database& db) { db.load(db(users), songs.user_id); }
