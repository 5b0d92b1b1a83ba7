// Errors as values. The same on both databases.

#include "support/dal_database.hpp"
#include "support/without_exceptions.hpp"

#include <strata/core/engine.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

STRATA_DB_TEST("each verb gives its value as a result", "[dal][try]") {
    const dal::Database dal = connected(db);
    const Result<User> ada = dal.try_insert(User{.email = "ada"});
    REQUIRE(ada);
    CHECK(ada->id == 1);
    CHECK(dal.try_insert_into(users, users.email = "eve").value().id == 2);
    CHECK(*dal.try_insert_many(std::vector<User>{{.email = "joe"}, {.email = "kim"}}) == 2);
    CHECK(dal.try_insert_many_returning(std::vector<User>{{.email = "lea"}})->front().id == 5);
    CHECK((*dal.try_get(users, 2))->email == "eve");
    CHECK(!*dal.try_get(users, 99));
    CHECK(dal.try_update(User{.id = 2, .email = "eva"})->email == "eva");
    CHECK(dal.try_update(User{.id = 2, .email = "no", .phone = "5"}, users.phone)->email == "eva");
    CHECK(dal.try_remove(User{.id = 5}));
    CHECK(*dal.try_all(select(users.email).from(users).where(users.id < 3).order_by(users.id)) ==
          std::vector<std::string>{"ada", "eva"});
    CHECK(*dal.try_first(select(users.id == 1).from(users).order_by(users.id)) == true);
    CHECK(*dal.try_one(select(users.id > 0).from(users).where(users.id == 1)));
    CHECK(*dal.try_count(select(users.id).from(users)) == 4);
    CHECK(*dal.try_exists(select(users.id).from(users)));
    CHECK(dal.try_query<std::int64_t>("SELECT id FROM users WHERE id < ? ORDER BY id", 3).value() ==
          std::vector<std::int64_t>{1, 2});
    CHECK(*dal.try_query_one<std::int64_t>("SELECT count(*) FROM users") == 4);
    CHECK(*dal.try_execute("UPDATE users SET phone = ? WHERE id = 1", "1") == 1);
    CHECK(dal.try_save(User{.id = 1, .email = "ada", .phone = "2"})->phone == "2");
    CHECK(dal.try_get_or_create(User{.email = "ada"}, users.email)->row.id == 1);
    CHECK((*dal.try_upsert(User{.email = "ada", .phone = "3"}, on_conflict(users.email).do_update()))->phone == "3");
    CHECK(*dal.try_update_many(std::vector<User>{{.id = 1, .email = "ada", .phone = "4"}}) == 1);
    CHECK(std::get<0>(*dal.try_batch(dal(users))).size() == 4);
    CHECK(dal.try_stream(select(users.id).from(users))->next());

    const auto set = dal(users.id <= 2).order_by(users.id);
    CHECK(set.try_all()->size() == 2);
    CHECK((*set.try_first())->id == 1);
    CHECK(dal(users.id == 2).try_one()->email == "eva");
    CHECK(*set.try_count() == 2);
    CHECK(*set.try_exists());
    CHECK(*dal(users.id == 1).try_update(users.phone = "9") == 1);
    CHECK(*dal(users.id == 1).try_remove() == 1);
    CHECK(db.shell("SELECT email FROM users ORDER BY id") == "eva\njoe\nkim");
}

STRATA_DB_TEST("an error is a value of its own class, with its details", "[dal][try]") {
    const dal::Database dal = connected(db);
    dal.insert(User{.email = "ada"});
    const Result<User> twice = dal.try_insert(User{.email = "ada"});
    REQUIRE(!twice);
    CHECK(dynamic_cast<const UniqueViolation*>(&twice.error()) != nullptr);
    CHECK(twice.error().details().table == "users");
    CHECK_THROWS_AS(twice.value(), UniqueViolation);
    CHECK(twice.value_or(User{.id = 7}).id == 7);
    CHECK(dynamic_cast<const NotFound*>(&dal(users.id == 9).try_one().error()) != nullptr);
    CHECK(dynamic_cast<const NotFound*>(&dal.try_update(User{.id = 9, .email = "x"}).error()) != nullptr);
    CHECK(dynamic_cast<const NotFound*>(&dal.try_remove(User{.id = 9}).error()) != nullptr);
    CHECK(dynamic_cast<const NoSuchTable*>(&dal(devices).try_all().error()) != nullptr);
    CHECK(dynamic_cast<const NoSuchTable*>(&dal(devices).try_count().error()) != nullptr);
    CHECK(dynamic_cast<const UsageError*>(&dal.try_execute("DROP TABLE users").error()) != nullptr);
    CHECK_THROWS_AS(dal.try_execute("SELECT 1").error(), UsageError);  // there is none
    const auto length = [](const User& user) { return user.email.size(); };
    CHECK(*dal.try_insert(User{.email = "eve"}).transform(length) == 3);
    CHECK(dynamic_cast<const UniqueViolation*>(&twice.transform(length).error()) != nullptr);
    const auto phone = [&](const User& user) {
        return dal.try_update(User{.id = user.id, .email = user.email, .phone = "1"});
    };
    CHECK(dal.try_insert(User{.email = "joe"}).and_then(phone)->phone == "1");
    CHECK(dynamic_cast<const UniqueViolation*>(&twice.and_then(phone).error()) != nullptr);
}

STRATA_DB_TEST("a transaction whose callback gives an error is rolled back, and the error is its result",
               "[dal][try][transaction]") {
    const dal::Database dal = connected(db);
    const auto add_twice = [&](const char* second) {
        return dal.try_transaction([&](dal::Transaction& tx) -> Result<User> {
            Result<User> first = tx.try_insert(User{.email = "ada"});
            if (!first) return first;
            return tx.try_insert(User{.email = second});
        });
    };
    CHECK(dynamic_cast<const UniqueViolation*>(&add_twice("ada").error()) != nullptr);
    CHECK(db.shell("SELECT count(*) FROM users") == "0");
    CHECK(add_twice("eve")->email == "eve");
    CHECK(db.shell("SELECT count(*) FROM users") == "2");
    CHECK(*dal.try_transaction([](dal::Transaction& tx) { return tx(users).count(); }) == 2);
    CHECK(dal.try_transaction([](dal::Transaction& tx) { tx(users.id == 1).remove(); }));
    CHECK_THROWS_AS(dal.try_transaction([](dal::Transaction&) { throw std::runtime_error("mine"); }),
                    std::runtime_error);
}

STRATA_DB_TEST("files that are compiled without exceptions use the verbs", "[dal][try]") {
    const dal::Database dal = connected(db);
    CHECK(without_exceptions::add_user(dal, "ada") == "1");
    CHECK(without_exceptions::add_user(dal, "ada") == "unique");
    CHECK(without_exceptions::add_both(dal, "eve", "ada") == "unique");
    CHECK(without_exceptions::add_both(dal, "eve", "joe") == "2");
    CHECK(without_exceptions::count_devices(dal) == "no such table");
    CHECK(db.shell("SELECT count(*) FROM users") == "3");
}
