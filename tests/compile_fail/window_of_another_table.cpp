// expect: select() names a column of a table that is not in the query
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db.all(select(dal::row_number().over(dal::partition_by(users.id))).from(songs));
}
