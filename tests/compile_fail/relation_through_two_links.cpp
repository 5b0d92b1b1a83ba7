// expect: are columns of one table, the link
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake() { dal::many_to_many(users.id, songs.user_id, users.id, songs.id); }
