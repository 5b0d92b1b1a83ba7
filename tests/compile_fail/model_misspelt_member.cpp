// expect: strata: the model of User names emial, and User has no such member: correct the name or add the member
#include "models.hpp"
namespace mistake {
struct User {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(User, users, id, emial)
}  // namespace mistake

// The columns that are right can be used.
auto used(const dal::Database& db) { return db(mistake::users.id == 1).all(); }
