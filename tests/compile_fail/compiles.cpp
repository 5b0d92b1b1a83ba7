// expect: compiles
// What the other cases get wrong, done right: if this does not compile, their errors prove nothing.
#include "models.hpp"

struct Contact {
    std::string email;
    std::optional<std::string> phone;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (email, phone))

void correct(const dal::Database& db) {
    (void)db(songs.title == "Aria").all();
    (void)db(7 < songs.id).all();
    (void)db(songs.status == Status::done).all();
    (void)db(songs.price > Decimal::parse("9.99")).all();
    const std::vector<std::optional<std::string>> phones = db.all(select(users.phone).from(users));
    const std::vector<std::optional<std::string>> titles =
        db.all(select(songs.title).from(users).left_join(songs, songs.user_id == users.id));
    (void)db.all(
        select(songs.title, users.email).from(songs).join(users, songs.user_id == users.id).where(users.id == 1));
    (void)db(songs).order_by(songs.title).all();
    db(songs.id == 1).update(songs.title = "x", songs.user_id = std::nullopt);
    db(users.id == 1).update(users.phone = users.email);
    db.insert_into(songs, songs.title = "x");
    (void)db.insert(User{.email = "ada@example.org"});
    (void)db(songs.title.like("1%") && songs.id.in({1, 2}) && songs.user_id.in(select(users.id).from(users))).all();
    (void)db.all(select(dal::sum(songs.price)).from(songs));
    constexpr auto other = dal::alias<"other">(songs);
    (void)db.all(select(songs.title).from(songs).join(other, songs.id > other.id));
    (void)db.all(select(users.email, users.phone).from(users).into<Contact>());
    (void)db(song_list.title == "Aria").all();
    (void)db(songs).where(raw<bool>("title = ? AND ? > 3", "Aria", songs.id) &&
                          songs.id == maybe(std::optional<int>(7)));
    db(songs).update(songs.title = raw<std::string>("upper(title)"), songs.user_id = raw<std::optional<int>>("NULL"));
    (void)db.all(
        select(dal::function<std::int64_t>("length", songs.title), dal::count().filter(songs.id > 1)).from(songs));
    (void)db(dal::row(songs.id, songs.title) == dal::row(1, "x") || dal::matches(songs.title, "a+")).all();
    (void)db(dal::row(songs.id, songs.title).in(select(users.id, users.email).from(users))).all();
    (void)db.all(select(songs.created_at + dal::months(1), dal::round(songs.price, 1)).from(songs));
    (void)phones;
    (void)titles;
}
