// expect: takes assignments to columns of that table
#include "models.hpp"

void mistake(const dal::Database& db) { db.insert_into(songs, users.email = "x"); }
