// expect: the conflict is about another table
#include "models.hpp"

void mistake(const dal::Database& db) { db.upsert(Song{}, on_conflict(users.email).do_nothing()); }
