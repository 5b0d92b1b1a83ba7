// expect: order_by() names a column of another table
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).order_by(users.email).all(); }
