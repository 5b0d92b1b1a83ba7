// expect: order_by() names a column of a table that the relation does not load
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto songs_of = dal::has_many(users.id, songs.user_id);

void mistake() { songs_of.order_by(users.id); }
