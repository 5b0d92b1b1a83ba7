// expect: these two cannot be compared
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.user_id.is_distinct_from("x")).all(); }
