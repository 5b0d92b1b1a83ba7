// expect: strata: make() takes a described struct
#include "row_structs.hpp"

void mistake(const dal::Database& db) { db.insert(dal::make<User>(Plain{})); }
