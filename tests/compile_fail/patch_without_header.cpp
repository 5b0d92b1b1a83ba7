// expect: strata: patch() needs #include <strata/dal/structs.hpp>
#include "models.hpp"

struct UserPatch {
    std::string email{};
};

void mistake(const dal::Database& db) { db.patch(users, 1, UserPatch{}); }
