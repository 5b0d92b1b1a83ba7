// expect: get() takes one value for each column of the key, in the key's order
#include "models.hpp"
namespace mistake {
struct Tag {
    std::int64_t song_id{};
    std::string tag{};
};
STRATA_MODEL(Tag, tags, song_id, tag)
STRATA_FACTS(tags, primary_key(tags.song_id, tags.tag))
}  // namespace mistake

auto mistaken(const dal::Database& db) { return db.get(mistake::tags, 1); }
