// expect: a filter is a condition on one table
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.filtered(songs.user_id == users.id); }
