#pragma once

#include <strata/core/model.hpp>
#include <strata/core/rules.hpp>

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace devices {

struct User {
    std::int64_t id{};
    std::string username{};
    std::string email{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(User, users, id, username, email, created_at)
STRATA_FACTS(users, max_length(users.username, 50), max_length(users.email, 255), unique(users.username),
             server_default(users.created_at, now()))
STRATA_RULES(users, length(users.username, 2), pattern(users.username, "^[a-z0-9]+$"),
             pattern(users.email, "^[^@ ]+@[^@ ]+$"))

enum class Status { online, offline };
BOOST_DESCRIBE_ENUM(Status, online, offline)

struct Device {
    std::int64_t id{};
    std::string name{};
    Status status{};
    std::optional<std::int64_t> user_id{};
};
STRATA_MODEL(Device, devices, id, name, status, user_id)
STRATA_FACTS(devices, max_length(devices.name, 100), references(devices.user_id, users.id, on_delete::set_null),
             server_default(devices.status, Status::offline))

}  // namespace devices
