// expect: strata: as() finds no member of that name to copy from
// shows: nickname
#include "row_structs.hpp"

struct UserCard {
    std::string nickname{};
};
BOOST_DESCRIBE_STRUCT(UserCard, (), (nickname))

void mistake(const User& user) { (void)dal::as<UserCard>(user); }
