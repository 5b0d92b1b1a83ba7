// expect: strata: the model of Timestamps names create_at, and Timestamps has no such member
#include "models.hpp"
namespace mistake {
struct Timestamps {
    strata::TimestampTz created_at{};
};
STRATA_MIXIN(Timestamps, create_at)
struct User : Timestamps {
    std::int64_t id{};
};
STRATA_MODEL((User, Timestamps), users, id)
}  // namespace mistake
