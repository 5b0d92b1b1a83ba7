#include "library.hpp"

namespace music {

using strata::dal::Session;

User create_user(const Session& db, const std::string& email) { return db.insert(User{.email = email}); }

std::optional<User> get_user_by_id(const Session& db, std::int64_t id) { return db.get(users, id); }

Song add_song(const Session& db, const std::string& title, const User& owner) {
    return db.insert_into(songs, songs.title = title, songs.status = Status::queued, songs.user_id = owner.id);
}

std::vector<Song> songs_by_status(const Session& db, Status status) {
    return db(songs.status == status).order_by(songs.created_at.desc(), songs.id.desc()).all();
}

std::vector<Song> songs_of(const Session& db, const User& owner, const std::string& beginning) {
    return db(songs.user_id == owner.id && songs.title.like(beginning + "%")).order_by(songs.title).limit(20).all();
}

std::int64_t requeue_failed(const Session& db) {
    return db(songs.status == Status::failed).update(songs.status = Status::queued);
}

std::vector<std::tuple<std::string, std::int64_t>> songs_per_user(const Session& db) {
    using strata::dal::count;
    return db.all(strata::select(users.email, count(songs.id))
                      .from(users)
                      .left_join(songs, songs.user_id == users.id)
                      .group_by(users.email)
                      .order_by(count(songs.id).desc(), users.email));
}

}  // namespace music
