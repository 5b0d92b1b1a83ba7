// expect: the two sides of a relation are not keys of one kind
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake() { dal::has_many(users.id, dal::columns(songs.user_id, songs.title)); }
