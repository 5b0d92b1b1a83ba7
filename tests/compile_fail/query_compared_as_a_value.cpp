// expect: these two cannot be compared
#include "models.hpp"

auto mistake(const dal::Database& db) { return db(songs.id == select(dal::max(songs.id)).from(songs)).all(); }
