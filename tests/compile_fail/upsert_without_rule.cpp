// expect: an upsert takes what to do: on_conflict(users.email).do_nothing() or do_update(...)
#include "models.hpp"

void mistake(const dal::Database& db) { db.upsert(User{}, on_conflict(users.email)); }
