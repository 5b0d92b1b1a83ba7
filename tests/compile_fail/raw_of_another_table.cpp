// expect: this condition names a column of another table
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<bool>("? LIKE 'a%'", users.email)).all(); }
