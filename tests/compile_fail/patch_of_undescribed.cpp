// expect: strata: patch() takes a described struct
#include "row_structs.hpp"

void mistake(const dal::Database& db) { db.patch(users, 1, Plain{}); }
