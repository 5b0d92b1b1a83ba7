// expect: strata: a member has another type
#include "row_structs.hpp"

struct NewSongOfUser : NewSong {
    std::uint64_t id{};
    TimestampTz created_at{};
};
BOOST_DESCRIBE_STRUCT(NewSongOfUser, (NewSong), (id, created_at))

void mistake(const dal::Database& db) { db.insert(dal::make<Song>(NewSongOfUser{})); }
