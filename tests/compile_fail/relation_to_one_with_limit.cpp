// expect: this relation is to one row, and has no limit()
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto owner_of = dal::belongs_to(songs.user_id, users.id);

void mistake() { owner_of.limit(1); }
