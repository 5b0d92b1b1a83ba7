// expect: this column cannot be NULL
#include "models.hpp"

void mistake(const dal::Database& db) { db(users.id == 1).update(users.email = users.phone); }
