// expect: returning() takes what the table has that is written
#include "models.hpp"

void mistake(const dal::Database& db) { db.returning(users.id).insert(Song{}); }
