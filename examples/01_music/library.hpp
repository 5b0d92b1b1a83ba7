#pragma once

#include "models.hpp"

#include <strata/dal.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

// The helper functions of an application: they see rows and never the schema. Each takes the database, or a transaction
// that is open on it.
namespace music {

User create_user(const strata::dal::Session& db, const std::string& email);
std::optional<User> get_user_by_id(const strata::dal::Session& db, std::int64_t id);
Song add_song(const strata::dal::Session& db, const std::string& title, const User& owner);
/// The newest first.
std::vector<Song> songs_by_status(const strata::dal::Session& db, Status status);
/// The first 20 of a user's songs whose title begins so.
std::vector<Song> songs_of(const strata::dal::Session& db, const User& owner, const std::string& beginning);
/// How many songs changed.
std::int64_t requeue_failed(const strata::dal::Session& db);
/// Every user's address with the number of their songs, most songs first.
std::vector<std::tuple<std::string, std::int64_t>> songs_per_user(const strata::dal::Session& db);

}  // namespace music
