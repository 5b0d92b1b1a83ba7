// expect: strata: a std::optional in a patch struct could be absent or NULL
#include "row_structs.hpp"

struct UserPatch {
    std::optional<std::string> phone{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (phone))

void mistake(const dal::Database& db) { db.patch(users, 1, UserPatch{}); }
