// expect: insert_from() needs a column for each selected expression
#include "models.hpp"

void mistake(const dal::Database& db) { db.insert_from(select(users.email, users.id).from(users), songs.title); }
