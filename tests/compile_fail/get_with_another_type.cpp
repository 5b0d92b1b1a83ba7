// expect: get() was given a value of another type than its column of the key
#include "models.hpp"

auto mistake(const dal::Database& db) { return db.get<Song>("Aria"); }
