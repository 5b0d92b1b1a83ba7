#pragma once

// What both layers know of the music library, said once.

#include <strata/core/model.hpp>

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace music {

struct User {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
};
STRATA_MODEL(User, users, id, email, phone)
STRATA_FACTS(users, max_length(users.email, 255), unique(users.email))

enum class Status { queued, processing, done, failed };
BOOST_DESCRIBE_ENUM(Status, queued, processing, done, failed)

struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<std::int64_t> user_id{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, status, user_id, created_at)
STRATA_FACTS(songs, max_length(songs.title, 255), references(songs.user_id, users.id, on_delete::set_null),
             server_default(songs.created_at, now()))

}  // namespace music
