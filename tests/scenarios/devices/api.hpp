#pragma once

// What requests and answers have, beside the model of a user; members are the model's by name.

#include "models.hpp"

#include <strata/dal/patch.hpp>

#include <boost/describe/class.hpp>

namespace devices {

struct UserCreate {
    using Model = User;  // whose rules hold
    std::string username{};
    std::string email{};
};
BOOST_DESCRIBE_STRUCT(UserCreate, (), (username, email))

/// What is absent stays as it is.
struct UserPatch {
    using Model = User;
    strata::dal::Patch<std::string> username{};
    strata::dal::Patch<std::string> email{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (username, email))

struct UserResponse {
    std::int64_t id{};
    std::string username{};
    std::string email{};
};
BOOST_DESCRIBE_STRUCT(UserResponse, (), (id, username, email))

}  // namespace devices
