// expect: the two sides of a relation are not keys of one kind
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto mistake = dal::has_many(users.email, songs.user_id);
