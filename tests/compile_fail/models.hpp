#pragma once

#include <strata/dal.hpp>

#include <boost/describe/enum.hpp>

// What every case queries. Each case is a whole program with one mistake.
namespace music {

struct User {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
};
STRATA_MODEL(User, users, id, email, phone)

enum class Status { queued, done };
BOOST_DESCRIBE_ENUM(Status, queued, done)

struct Song {
    std::int64_t id{};
    std::string title{};
    Status status{};
    std::optional<std::int64_t> user_id{};
    strata::Decimal price{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, status, user_id, price, created_at)

struct SongList {
    std::int64_t id{};
    std::string title{};
};
STRATA_VIEW(SongList, song_list, id, title)

}  // namespace music

using namespace music;   // NOLINT(google-build-using-namespace)
using namespace strata;  // NOLINT(google-build-using-namespace)
