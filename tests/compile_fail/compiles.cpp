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
    db(dal::all(songs)).remove();
    db(songs.id == 1).from(users, songs.user_id == users.id).update(songs.title = users.email);
    db.insert_from(select(users.email, users.phone).from(users), users.email, users.phone);
    (void)db(songs.id == 1).returning(songs.id, songs.title).remove();
    (void)db.insert(User{.email = "ada@example.org"});
    (void)db.upsert(User{}, on_conflict(users.email).do_update(users.phone, users.email = dal::excluded(users).email));
    (void)db.update(User{}, users.phone);
    (void)db.update_many(std::vector<User>(), users.phone);
    (void)db.get_or_create(User{}, users.email);
    (void)db(songs.title.like("1%") && songs.id.in({1, 2}) && songs.user_id.in(select(users.id).from(users))).all();
    (void)db.all(select(dal::sum(songs.price)).from(songs));
    constexpr auto other = dal::alias<"other">(songs);
    (void)db.all(select(songs.title).from(songs).join(other, songs.id > other.id));
    (void)db.all(select(users.email, users.phone).from(users).into<Contact>());
    (void)db(song_list.title == "Aria").all();
    (void)db(songs).order_by(songs.id).after(Song{}).limit(10).for_update(dal::skip_locked).all();
    (void)db.all(
        select(songs.id, songs.title).from(songs).order_by(songs.id).after(std::tuple(std::int64_t{1}, std::string())));
    (void)db.all(select(songs, dal::row_number().over(dal::partition_by(songs.user_id).order_by(songs.id.desc())))
                     .from(songs)
                     .for_share(dal::of(songs), dal::nowait));
    (void)dal::lag(songs.title, 1, "none").over(dal::window_order(songs.id).rows(dal::preceding(3), dal::current_row));
    dal::OrderList<Song> order;
    order.add(songs.title.desc());
    (void)db.all(
        select(users.email, songs.title).from(users).full_join(songs, songs.user_id == users.id).order_by(order));
    const auto mine =
        dal::lateral<"mine">(select(songs).from(songs).correlate(users).where(songs.user_id == users.id).limit(1));
    (void)db.all(select(users.email, mine).from(users).left_join(mine));
    (void)db.all(select(users.email, dal::count()).from(users).group_by(dal::rollup(users.email)));
    (void)db.all(select(songs).from(songs).distinct_on(songs.title).order_by(dal::binary(songs.title)));
    (void)db(songs).where(raw<bool>("title = ? AND ? > 3", "Aria", songs.id) &&
                          songs.id == maybe(std::optional<int>(7)));
    db(dal::all(songs))
        .update(songs.title = raw<std::string>("upper(title)"), songs.user_id = raw<std::optional<int>>("NULL"));
    (void)db.all(
        select(dal::function<std::int64_t>("length", songs.title), dal::count().filter(songs.id > 1)).from(songs));
    (void)db(dal::row(songs.id, songs.title) == dal::row(1, "x") || dal::matches(songs.title, "a+")).all();
    (void)db(dal::row(songs.id, songs.title).in(select(users.id, users.email).from(users))).all();
    (void)db.all(select(songs.created_at + dal::months(1), dal::round(songs.price, 1)).from(songs));
    (void)phones;
    (void)titles;
}
