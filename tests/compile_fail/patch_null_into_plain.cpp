// expect: strata: a member can be empty
#include "row_structs.hpp"

struct UserPatch {
    dal::Patch<std::optional<std::string>> email{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (email))

void mistake(const dal::Database& db) { db.patch(users, 1, UserPatch{}); }
