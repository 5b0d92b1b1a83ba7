// expect: do_update() needs the key: on_conflict(users.email).do_update(...)
#include "models.hpp"

void mistake(const dal::Database& db) { db.upsert(User{}, on_conflict().do_update(users.phone)); }
