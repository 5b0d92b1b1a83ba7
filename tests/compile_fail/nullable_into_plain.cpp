// expect: std::optional
#include "models.hpp"

void mistake(const dal::Database& db) {
    const std::vector<std::string> phones = db.all(select(users.phone).from(users));
}
