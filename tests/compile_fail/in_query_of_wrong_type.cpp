// expect: in() needs a query that selects one expression
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.user_id.in(select(users.email).from(users))).all(); }
