// expect: strata: rows that are inserted together say the same columns
#include "row_structs.hpp"

struct NewUser {
    dal::Patch<std::int64_t> id{};
    std::string email{};
};
BOOST_DESCRIBE_STRUCT(NewUser, (), (id, email))

void mistake(const dal::Database& db, const std::vector<NewUser>& rows) { db.insert_many(dal::make_each<User>(rows)); }
