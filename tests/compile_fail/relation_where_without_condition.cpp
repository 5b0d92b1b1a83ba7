// expect: this is not a condition
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto songs_of = dal::has_many(users.id, songs.user_id);

void mistake() { songs_of.where(songs.title); }
