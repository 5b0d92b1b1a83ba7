// expect: get() takes one value for each column of the key, in the key's order
#include "models.hpp"

auto mistake(const dal::Database& db) { return db.get(songs, 1, 2); }
