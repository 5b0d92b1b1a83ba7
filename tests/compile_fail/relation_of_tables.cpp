// expect: a relation is between columns
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake() { dal::has_many(users, songs); }
