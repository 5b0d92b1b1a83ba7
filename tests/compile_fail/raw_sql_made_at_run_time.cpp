// expect: raw SQL is a string literal, with ? for values, or unchecked_sql(text) for text that is made at run time
#include "models.hpp"

#include <string>

void mistake(const dal::Database& db, const std::string& name) {
    (void)db.query<std::int64_t>("SELECT id FROM songs WHERE title = '" + name + "'");
}
