// expect: the value of a query is dal::scalar(query)
#include "models.hpp"

auto mistake(const dal::Database& db) {
    return db.all(select(users.email, select(dal::count()).from(songs)).from(users));
}
