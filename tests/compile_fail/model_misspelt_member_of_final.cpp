// expect: strata: the model of User names emial, and User has no such member
#include "models.hpp"
namespace mistake {
struct User final {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(User, users, id, emial)
}  // namespace mistake
