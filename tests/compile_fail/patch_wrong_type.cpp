// expect: strata: a member has another type
#include "row_structs.hpp"

struct UserPatch {
    std::optional<bool> email{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (email))

void mistake(const dal::Database& db) { db.patch(users, 1, UserPatch{}); }
