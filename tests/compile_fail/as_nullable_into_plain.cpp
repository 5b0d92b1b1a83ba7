// expect: strata: as() copies a member that can be empty to one that cannot
#include "row_structs.hpp"

struct UserCard {
    std::string phone{};
};
BOOST_DESCRIBE_STRUCT(UserCard, (), (phone))

void mistake(const User& user) { (void)dal::as<UserCard>(user); }
