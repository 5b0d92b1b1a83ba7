// expect: compiles
#include "row_structs.hpp"

struct UserPatch {
    dal::Patch<std::string> email{};
    dal::Patch<std::optional<std::string>> phone{};
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (email, phone))
struct UserCard {
    std::int64_t id{};
    std::optional<std::string> email{};
};
BOOST_DESCRIBE_STRUCT(UserCard, (), (id, email))

void correct(const dal::Database& db) {
    const Song song = db.insert(dal::make<Song>(NewSong{}, dal::given<&Song::created_at>(TimestampTz::now())));
    const User user = db.patch(users, song.user_id.value_or(0), UserPatch{.phone = std::nullopt});
    (void)dal::as<UserCard>(user);
    (void)dal::from_json<UserPatch>(dal::to_json(user));
    (void)dal::json_schema<NewSong>();
    (void)dal::validate(user);
}
