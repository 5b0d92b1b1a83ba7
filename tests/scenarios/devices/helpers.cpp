#include "helpers.hpp"

namespace devices {

using strata::dal::Session;

User create_user(const Session& db, const std::string& username, const std::string& email) {
    return db.insert(User{.username = username, .email = email});
}

std::optional<User> get_user_by_id(const Session& db, std::int64_t id) { return db.get(users, id); }

std::vector<User> get_all_users(const Session& db) { return db(users).order_by(users.id).all(); }

std::int64_t update_email(const Session& db, std::int64_t id, const std::string& email) {
    return db(users.id == id).update(users.email = email);
}

std::int64_t delete_user(const Session& db, std::int64_t id) { return db(users.id == id).remove(); }

}  // namespace devices
