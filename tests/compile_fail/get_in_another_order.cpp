// expect: get() was given a value of another type than its column of the key
#include "models.hpp"
namespace mistake {
struct Tag {
    std::int64_t song_id{};
    std::string tag{};
};
STRATA_MODEL(Tag, tags, song_id, tag)
STRATA_FACTS(tags, primary_key(tags.song_id, tags.tag))
}  // namespace mistake

auto mistaken(const dal::Database& db) { return db.get(mistake::tags, "baroque", 1); }
