#pragma once

#include "support/dal_database.hpp"

/// The rows that tests of queries begin with.
namespace dal_test {

/// A song of the user with this key, or of nobody.
inline Song song_of(std::optional<std::int64_t> user, const char* title, std::int32_t plays,
                    Status status = Status::queued, const char* price = "0") {
    return Song{
        .title = title, .status = status, .plays = plays, .user_id = user, .price = strata::Decimal::parse(price)};
}

/// The database with users, whose keys count from 1, and songs.
inline strata::dal::Database with_songs(const strata::dal::Database& dal, const std::vector<std::string>& emails,
                                        const std::vector<Song>& rows) {
    std::vector<User> owners;
    for (const std::string& email : emails) owners.push_back({.email = email});
    dal.insert_many(owners);
    dal.insert_many(rows);
    return dal;
}

}  // namespace dal_test
