// expect: strata: the struct has a member that the other one lacks
// shows: emial
#include "row_structs.hpp"

struct NewUser {
    std::string emial{};
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (emial))

void mistake(const dal::Database& db) { db.insert(dal::make<User>(NewUser{}, dal::given<&User::email>("x"))); }
