// expect: a column of a table that is not in the query
#include "models.hpp"

void mistake(const dal::Database& db) {
    const auto ids = dal::derived<"ids">(select(users.id).from(users));
    (void)db.all(select(users.email, ids.column<0>()).from(users));
}
