// Inserts where a row with the key may exist, updates by key of some columns, of many rows, and of what has changed.
// The same on both databases.

#include "support/dal_database.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/url.hpp>

#include <unistd.h>

#include <atomic>
#include <thread>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// Unique by title among the rows that are open, and by owner and title.
struct Task {
    std::int64_t id{};
    std::int64_t tenant{};
    std::string title{};
    bool open{};
    std::int32_t runs{};
    strata::Decimal cost{};
    std::int32_t version{};
    std::optional<strata::TimestampTz> changed_at{};
};
STRATA_MODEL(Task, tasks, id, tenant, title, open, runs, cost, version, changed_at)
STRATA_FACTS(tasks, precision(tasks.cost, 20, 4), version_column(tasks.version), set_on_update(tasks.changed_at, now()))

}  // namespace dal_test

namespace {

dal::Database with_tasks(const strata::test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    using namespace strata::schema;
    create_all(MetaData{table(tasks, index(tasks.title).unique().where("open"), index(tasks.runs).unique())},
               Engine(database.url()));
    return dal;
}

std::string users_of(const strata::test::TestDatabase& db) {
    return db.shell("SELECT id, email, phone FROM users ORDER BY id");
}

}  // namespace

STRATA_DB_TEST("an upsert inserts, does nothing or updates, and returns the row as it is stored", "[dal][upsert]") {
    const dal::Database dal = connected(db);
    const auto keep = on_conflict(users.email).do_nothing();
    const auto replace = on_conflict(users.email).do_update();
    CHECK(dal.upsert(User{.email = "ada", .phone = "1"}, keep)->id == 1);
    CHECK(!dal.upsert(User{.email = "ada", .phone = "2"}, keep).has_value());
    CHECK(!dal.upsert(User{.email = "ada", .phone = "2"}, on_conflict().do_nothing()).has_value());
    const std::optional<User> replaced = dal.upsert(User{.id = 77, .email = "ada", .phone = "3"}, replace);
    REQUIRE(replaced.has_value());
    CHECK(replaced->id == 1);
    CHECK(replaced->phone == "3");
    const auto joined = on_conflict(users.email)
                            .do_update(users.phone = dal::coalesce(users.phone, "") + "+" +
                                                     dal::coalesce(dal::excluded(users).phone, ""));
    CHECK(dal.upsert(User{.email = "ada", .phone = "4"}, joined)->phone == "3+4");
    const auto shorter = joined.where(dal::length(users.email) > 3);
    CHECK(!dal.upsert(User{.email = "ada", .phone = "5"}, shorter).has_value());
    CHECK(dal.upsert_into(users, joined, users.email = "ada", users.phone = "6")->phone == "3+4+6");
    CHECK(!dal.upsert_into(users, keep, users.email = "ada").has_value());
    CHECK(dal.upsert_into(users, keep, users.email = "eve")->phone == std::nullopt);
    CHECK(dal.upsert(User{.email = "ada", .phone = "7"}, on_conflict(users.email).do_update(users.phone))->phone ==
          "7");
    CHECK(dal.upsert_from(select(users.email, dal::value(std::string("x"))).from(users), replace, users.email,
                          users.phone) == 2);
    CHECK(dal(users.phone == "x").count() == 2);
    CHECK_THROWS_AS(dal.upsert(User{.email = std::string(21, 'x')}, keep), ValueError);
    CHECK_THROWS_WITH(dal.upsert(User{.email = "x"}, on_conflict(users.id).do_nothing()),
                      Contains("the key of a row of users is 0"));
}

STRATA_DB_TEST("an upsert by a generated key writes the key, and the next key comes after it", "[dal][upsert]") {
    const dal::Database dal = connected(db);
    const auto by_key = on_conflict(users.id).do_update();
    CHECK(dal.upsert(User{.id = 5, .email = "five"}, by_key)->id == 5);
    CHECK(dal.upsert(User{.id = 5, .email = "cinq"}, by_key)->email == "cinq");
    CHECK(dal.insert(User{.email = "next"}).id == 6);
    CHECK(dal.upsert_many(std::vector<User>{{.id = 9, .email = "a"}, {.id = 5, .email = "b"}}, by_key) == 2);
    CHECK(dal.insert(User{.email = "last"}).id == 10);
    CHECK(users_of(db) == "5|b|\n6|next|\n9|a|\n10|last|");
}

STRATA_DB_TEST("an upsert counts versions, sets what an update sets, and knows partial indexes", "[dal][upsert]") {
    const dal::Database dal = with_tasks(db);
    const auto by_runs = on_conflict(tasks.runs).do_update();
    const Task first =
        *dal.upsert(Task{.title = "a", .runs = 1, .cost = Decimal::parse("1.23456"), .version = 7}, by_runs);
    CHECK(first.cost == Decimal::parse("1.2346"));
    CHECK(!first.changed_at);
    const Task again = *dal.upsert(Task{.title = "b", .runs = 1, .cost = Decimal::parse("2"), .version = 0}, by_runs);
    CHECK(again.id == first.id);
    CHECK(again.version == 8);
    CHECK(again.title == "b");
    CHECK(again.changed_at.has_value());
    const auto sum =
        on_conflict(tasks.runs)
            .do_update(tasks.cost = tasks.cost + dal::excluded(tasks).cost, tasks.tenant = tasks.tenant + 1);
    CHECK(dal.upsert(Task{.title = "b", .runs = 1, .cost = Decimal::parse("0.5")}, sum)->cost == Decimal::parse("2.5"));
    CHECK(dal(tasks.cost == Decimal::parse("2.5000")).count() == 1);
    const auto open = on_conflict(tasks.title).where(tasks.open).do_update(tasks.tenant = 50);
    CHECK(dal.upsert(Task{.title = "t", .open = true, .runs = 2}, open)->tenant == 0);
    CHECK(dal.upsert(Task{.title = "t", .open = true, .runs = 3}, open)->tenant == 50);
    CHECK(dal.upsert(Task{.title = "t", .open = false, .runs = 4}, open)->tenant == 0);
    CHECK_THROWS_WITH(on_conflict(tasks.title).where(tasks.runs > 3), Contains("without values"));
    CHECK_THROWS_AS(dal.upsert(Task{.runs = 9}, on_conflict(tasks.tenant).do_nothing()), Error);
}

STRATA_DB_TEST("many rows are upserted in their order, all or none", "[dal][upsert]") {
    const dal::Database dal = connected(db);
    std::vector<User> rows;
    for (int i = 0; i < 3000; ++i)
        rows.push_back({.email = "u" + std::to_string(i % 2000), .phone = std::to_string(i)});
    CHECK(dal.upsert_many(rows, on_conflict(users.email).do_nothing()) == 2000);
    CHECK(dal(users.phone == "2500").count() == 0);
    CHECK(dal.upsert_many(rows, on_conflict(users.email).do_update()) == 3000);
    CHECK(dal(users.email == "u500").one().phone == "2500");
    rows.push_back({.email = std::string(21, 'x')});
    rows[0].phone = "changed";
    CHECK_THROWS_AS(dal.upsert_many(rows, on_conflict(users.email).do_update()), ValueError);
    CHECK(dal(users.phone == "changed").count() == 0);
    const auto later = on_conflict(users.email).do_update().where(users.phone < dal::excluded(users).phone);
    CHECK(dal.upsert_many(
              std::vector<User>{{.email = "u1", .phone = "0"}, {.email = "u2", .phone = "9"}, {.email = "new"}},
              later) == 2);
    const auto returned =
        dal.returning(users.email, users.phone)
            .upsert_many(std::vector<User>{{.email = "u1", .phone = "0"}, {.email = "u2", .phone = "99"}}, later);
    CHECK(returned == std::vector<std::tuple<std::string, std::optional<std::string>>>{{"u2", "99"}});
    dal.transaction([&](dal::Transaction& tx) {
        CHECK_THROWS_AS(tx.transaction([&](dal::Transaction& inner) {
            inner.upsert_many(std::vector<User>{{.email = "x"}, {.email = std::string("\0", 1)}},
                              on_conflict(users.email).do_nothing());
        }),
                        ValueError);
        CHECK(tx.upsert_many(std::vector<User>{{.email = "y"}}, on_conflict(users.email).do_nothing()) == 1);
    });
    CHECK(dal(users.email.in({"x", "y"})).count() == 1);
}

STRATA_DB_TEST("an upsert never changes a row of another tenant, and says so", "[dal][upsert]") {
    (void)with_tasks(db);
    core::EngineOptions one_connection;
    one_connection.pool_size = 1;
    one_connection.max_overflow = 0;
    const dal::Database all = dal::connect(core::Engine(db.url(), one_connection));
    const dal::Database ada = all.filtered(tasks.tenant == 1);
    const dal::Database eve = all.filtered(tasks.tenant == 2);
    const auto rule = on_conflict(tasks.runs).do_update();
    const auto cheaper = rule.where(tasks.cost < 5);
    const auto hidden = Contains("is not among those of this database's filters");
    const auto task = [](int runs, const char* title) { return Task{.tenant = 3, .title = title, .runs = runs}; };
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(ada.upsert(task(1, "hers"), rule)->tenant == 1);
        CHECK(eve.upsert(task(2, "theirs"), rule)->tenant == 2);
        CHECK_THROWS_WITH(eve.upsert(task(1, "stolen"), rule), hidden);
        CHECK_THROWS_AS(eve.upsert(task(1, "stolen"), cheaper), UniqueViolation);
        CHECK_THROWS_WITH(eve.upsert_many(std::vector<Task>{task(3, "new"), task(1, "stolen")}, rule), hidden);
        CHECK_THROWS_WITH(eve.upsert_many(std::vector<Task>{task(3, "new"), task(1, "stolen")}, cheaper), hidden);
        CHECK_THROWS_WITH(eve.returning(tasks.id).upsert_many(std::vector<Task>{task(1, "stolen")}, rule), hidden);
        CHECK_THROWS_WITH(eve.upsert_into(tasks, rule, tasks.title = "stolen", tasks.runs = 1, tasks.open = false,
                                          tasks.cost = 0, tasks.version = 0),
                          hidden);
        CHECK_THROWS_WITH(eve.upsert_into(tasks, cheaper, tasks.title = "stolen", tasks.runs = 1, tasks.open = false,
                                          tasks.cost = 0, tasks.version = 0),
                          hidden);
        CHECK(!eve.upsert(task(1, "stolen"), on_conflict(tasks.runs).do_nothing()).has_value());
        CHECK(!ada.upsert(task(1, "dear"), rule.where(tasks.cost > 5)).has_value());
        CHECK(ada.upsert_many(std::vector<Task>{task(1, "dear")}, rule.where(tasks.cost > 5)) == 0);
        CHECK(!ada.upsert_into(tasks, rule.where(tasks.cost > 5), tasks.title = "dear", tasks.runs = 1,
                               tasks.open = false, tasks.cost = 0, tasks.version = 0)
                   .has_value());
        CHECK_THROWS_AS(ada.upsert(task(1, "x"), on_conflict(tasks.runs).do_update(tasks.tenant = 2)), UsageError);
        CHECK_THROWS_WITH(eve.get_or_create(task(1, "x"), tasks.runs), hidden);
        CHECK(ada.get_or_create(task(1, "x"), tasks.runs).row.title == "hers");
        Task mine = *all(tasks.runs == 1).first();
        mine.title = "saved";
        CHECK_THROWS_WITH(eve.save(mine), hidden);
        CHECK_THROWS_AS(eve.update(mine, tasks.title), NotFound);
        CHECK_THROWS_AS(eve.update_many(std::vector<Task>{mine}, tasks.title), NotFound);
        CHECK_THROWS_AS(eve.update_changed(*all(tasks.runs == 1).first(), mine), NotFound);
        CHECK_THROWS_AS(eve.upsert_from(select(tasks.title, tasks.runs).from(tasks), rule, tasks.title, tasks.runs),
                        UsageError);
        CHECK_THROWS_WITH(eve.truncate(tasks), Contains("that the filters of this database hide"));
        CHECK(all(tasks.title == "hers").count() == 1);
        CHECK(all(tasks).count() == 2);
        CHECK(ada.update(mine, tasks.title).tenant == 1);
        CHECK(ada(tasks.title == "saved").update(tasks.title = "hers") == 1);
    }
}

STRATA_DB_TEST("an update by key writes the named columns, or those that differ", "[dal]") {
    const dal::Database dal = connected(db);
    const Song song = dal.insert(Song{.title = "a", .plays = 1, .price = Decimal::parse("1.50")});
    const Song changed = dal.update(Song{.id = song.id, .title = "b", .plays = 9}, songs.title, songs.plays);
    CHECK(changed.title == "b");
    CHECK(changed.price == song.price);
    CHECK(changed.created_at == song.created_at);
    CHECK(changed.updated_at.has_value());
    Song after = changed;
    after.rating = 2.5;
    CHECK(dal(songs.id == song.id).update(songs.plays = 100) == 1);
    CHECK(dal.update_changed(changed, after).plays == 100);
    CHECK(dal.get(songs, song.id)->rating == 2.5);
    const auto sql_log = dal.get(songs, song.id)->updated_at;
    CHECK(dal.update_changed(after, after).rating == 2.5);
    CHECK(dal.get(songs, song.id)->updated_at == sql_log);
    after.id = 99;
    CHECK_THROWS_WITH(dal.update_changed(changed, after), Contains("have different keys"));
    CHECK_THROWS_AS(dal.update(after, songs.title), NotFound);
    CHECK_THROWS_WITH(dal.update(song, songs.id), Contains("cannot write music songs.id"));

    const Account account = dal.insert(Account{.owner = "ada", .balance = 5});
    Account mine = account;
    mine.balance = 6;
    Account stale = account;
    stale.owner = "eve";
    CHECK(dal.update(mine, accounts.balance).version == 1);
    CHECK_THROWS_AS(dal.update(stale, accounts.owner), dal::StaleRow);
    CHECK_THROWS_AS(dal.update_changed(account, stale), dal::StaleRow);
    CHECK_THROWS_AS(dal.update_many(std::vector<Account>{stale}, accounts.owner), dal::StaleRow);
    CHECK_THROWS_AS(dal.save(stale), dal::StaleRow);
    CHECK_THROWS_AS(dal.update(mine, accounts.version), UsageError);
    CHECK(dal.get(accounts, account.id)->owner == "ada");
}

STRATA_DB_TEST("many rows are updated by their keys, all or none", "[dal]") {
    const dal::Database dal = connected(db);
    std::vector<Song> rows;
    for (int i = 0; i < 2000; ++i) rows.push_back({.title = "t" + std::to_string(i), .plays = i, .price = Decimal(i)});
    rows = dal.insert_many_returning(rows);
    for (Song& song : rows) {
        song.plays += 1;
        song.title = "changed";
    }
    CHECK(dal.update_many(rows, songs.plays) == 2000);
    CHECK(dal(songs.title == "changed").count() == 0);
    CHECK(dal.all(select(dal::sum(songs.plays)).from(songs)).front() == Decimal(2001000));
    CHECK(dal(songs.updated_at.is_not_null()).count() == 2000);
    CHECK(dal.update_many(rows) == 2000);
    CHECK(dal(songs.title == "changed").count() == 2000);
    CHECK(dal.update_many(std::vector<Song>()) == 0);
    rows[1500].id = 999999;
    for (Song& song : rows) song.title = "again";
    CHECK_THROWS_WITH(dal.update_many(rows),
                      Contains("update_many, row 1501: there is no row with that key in music songs"));
    CHECK(dal(songs.title == "again").count() == 0);
    rows[1500].id = 1501;
    rows[1999].user_id = 12345;
    CHECK_THROWS_AS(dal.update_many(rows), ForeignKeyViolation);
    CHECK(dal(songs.title == "again").count() == 0);
    std::vector<Account> several =
        dal.insert_many_returning(std::vector<Account>{{.owner = "a"}, {.owner = "b"}, {.owner = "c"}});
    several[1].version = 4;
    CHECK_THROWS_WITH(dal.update_many(several),
                      Contains("update_many, row 2: the row of accounts was changed by someone else"));
    several[1].version = 0;
    CHECK(dal.update_many(several) == 3);
    CHECK_THROWS_AS(dal.update_many(several), dal::StaleRow);
    CHECK_THROWS_AS(dal.update_many(std::vector<Keyless>{{.name = "x"}}), UsageError);
}

STRATA_DB_TEST("save inserts or updates", "[dal][upsert]") {
    const dal::Database dal = connected(db);
    const User ada = dal.save(User{.email = "ada"});
    CHECK(ada.id == 1);
    CHECK(dal.save(User{.id = 1, .email = "lady ada"}).email == "lady ada");
    CHECK(dal.save(User{.id = 40, .email = "forty"}).id == 40);
    CHECK(dal.insert(User{.email = "next"}).id == 41);
    CHECK(users_of(db) == "1|lady ada|\n40|forty|\n41|next|");
    CHECK_THROWS_AS(dal.save(User{.id = 50, .email = "forty"}), UniqueViolation);
    dal.insert(Song{.title = "x"});
    CHECK(dal.save(SongTag{1, "loud"}).tag == "loud");
    CHECK(dal.save(SongTag{1, "loud"}).tag == "loud");
    CHECK(dal(song_tags).count() == 1);
    CHECK(dal.save(Line{.code = "a", .price = 2, .quantity = 3}).total == 6);
    CHECK(dal.save(Line{.code = "a", .price = 2, .quantity = 4}).total == 8);
    Account account = dal.save(Account{.id = 3, .owner = "ada"});
    CHECK(account.version == 0);
    CHECK(dal.save(account).version == 1);
    CHECK_THROWS_AS(dal.save(account), dal::StaleRow);
    CHECK_THROWS_AS(dal.save(Keyless{.name = "x"}), UsageError);
}

STRATA_DB_TEST("callers that race for a row get the same one", "[dal][upsert][concurrency]") {
    const dal::Database dal = connected(db);
    std::atomic<int> created{0};
    std::atomic<int> failed{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i) {
                try {
                    const auto [user, made] = dal.get_or_create(User{.email = "u" + std::to_string(i)}, users.email);
                    if (made) ++created;
                    if (user.id == 0) ++failed;
                    dal.transaction([&](dal::Transaction& tx) {
                        if (tx.get_or_create(User{.email = "v" + std::to_string(i)}, users.email).created) ++created;
                    });
                    dal.save(Line{.code = std::to_string(i), .price = t, .quantity = 1});
                } catch (const Error&) {
                    ++failed;
                }
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(failed == 0);
    CHECK(created == 200);
    CHECK(dal(users).count() == 200);
    CHECK(dal(lines).count() == 100);
    CHECK_THROWS_WITH(dal.get_or_create(User{.email = "x"}, users.phone), Contains("users.phone is NULL"));
}

STRATA_DB_TEST("truncate removes every row and lets keys start again", "[dal]") {
    const dal::Database dal = connected(db);
    dal.insert_many_returning(std::vector<Person>{{.name = "a"}, {.name = "b"}});
    dal.truncate(people);
    CHECK(dal(people).count() == 0);
    CHECK(dal.insert(Person{.name = "c"}).id == 1);
    dal.transaction([](dal::Transaction& tx) {
        tx.truncate(people);
        CHECK(tx(people).count() == 0);
    });
    CHECK(db.shell("SELECT count(*) FROM people") == "0");
    CHECK_THROWS_AS(dal.truncate(devices), NoSuchTable);
}

TEST_CASE("truncate says that it is for the owner of the table", "[dal][postgresql]") {
    STRATA_NOT_POOLED("a URL's options do not reach the server");
    const test::TestDatabase db(test::TestDialect::postgresql);
    connected(db).insert(Person{.name = "a"});
    const std::string role = "strata_writer_" + std::to_string(::getpid());
    const std::string schema(db.schema());
    db.admin_shell("CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA " + schema + " TO " + role +
                   "; GRANT SELECT, DELETE, TRUNCATE ON " + schema + ".people TO " + role);
    if (test::surrounding() == test::Surrounding::foreign) db.admin_shell("GRANT " + role + " TO strata_app");
    core::Url url = core::Url::parse(db.url());
    url.options["options"] = "-c role=" + role;
    {
        const dal::Database writer = dal::connect(Engine(url));
        CHECK_THROWS_WITH(writer.truncate(people), Contains("truncate is for the owner of the table"));
        CHECK(writer(dal::all(people)).remove() == 1);
    }
    db.admin_shell("DROP OWNED BY " + role + "; DROP ROLE " + role);
}
