// expect: columns() takes columns of one table
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake() { dal::columns(users.id, songs.id); }
