// expect: load() needs #include <strata/dal/relations.hpp>
#include "models.hpp"

void mistake(const dal::Database& db) { db.load(db(users), 1); }
