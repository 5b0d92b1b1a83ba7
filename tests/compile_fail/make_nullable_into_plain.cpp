// expect: strata: a member can be empty
#include "row_structs.hpp"

struct NewUser {
    std::optional<std::string> email{};
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (email))

void mistake(const dal::Database& db) { db.insert(dal::make<User>(NewUser{})); }
