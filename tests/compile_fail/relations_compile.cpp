// expect: compiles
#include "models.hpp"

#include <strata/dal/relations.hpp>

constexpr auto songs_of = dal::has_many(users.id, songs.user_id);
constexpr auto owner_of = dal::belongs_to(songs.user_id, users.id);
constexpr auto by_facts = dal::children(songs.user_id);

void right(const dal::Database& db) {
    for (const auto& [user, its_songs] :
         db.load(db(users).order_by(users.id), songs_of.where(songs.title != "x").limit(3).with(owner_of)))
        for (const auto& [song, owner] : its_songs) static_cast<void>(owner->email == user.email && song.id == 1);
    for (const auto& [user, its_songs] : db.load(db(users.id == 1), by_facts)) static_cast<void>(its_songs.size());
}
