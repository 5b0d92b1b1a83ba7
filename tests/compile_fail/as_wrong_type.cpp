// expect: strata: as() copies a member to one of another type
#include "row_structs.hpp"

struct UserCard {
    std::int32_t id{};
};
BOOST_DESCRIBE_STRUCT(UserCard, (), (id))

void mistake(const User& user) { (void)dal::as<UserCard>(user); }
