// expect: load() takes relations
#include "models.hpp"

#include <strata/dal/relations.hpp>

void mistake(const dal::Database& db) { db.load(db(users)); }
