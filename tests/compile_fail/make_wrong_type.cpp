// expect: strata: a member has another type
#include "row_structs.hpp"

struct NewUser {
    std::int64_t email{};
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (email))

void mistake(const dal::Database& db) { db.insert(dal::make<User>(NewUser{})); }
