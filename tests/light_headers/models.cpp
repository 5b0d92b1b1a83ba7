#include <strata/core/model.hpp>
#include <strata/dal.hpp>

struct Song {
    std::int64_t id{};
    std::string title{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, songs, id, title, created_at)
STRATA_FACTS(songs, max_length(songs.title, 255), server_default(songs.created_at, now()))

std::vector<Song> found(const strata::dal::Database& db) { return db(songs.title == "Aria").all(); }
