// expect: strata: the struct has a member that the other one lacks
// shows: emial
#include "row_structs.hpp"

struct UserPatch {
    dal::Patch<std::string> emial{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (emial))

void mistake(const dal::Database& db) { db.patch(users, 1, UserPatch{}); }
