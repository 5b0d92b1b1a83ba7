// Callbacks for the rows of a model. The same on both databases.

#include "support/dal_database.hpp"

#include <strata/dal/callbacks.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

/// Callbacks that write what happens into a table, in the same transaction.
dal::Database audited(const dal::Database& dal) {
    const auto note = [](const char* event) {
        return [event](const dal::Session& session, const User& user) {
            session.insert(Person{.name = std::string(event) + " " + user.email});
        };
    };
    return dal.with_callbacks<User>({
        .before_insert =
            [](const dal::Session&, User& user) {
                if (user.email == "refused") throw std::runtime_error("refused");
                user.phone = user.phone.value_or("none");
            },
        .after_insert = note("inserted"),
        .before_update = [](const dal::Session&, User& user) { user.email += "!"; },
        .after_update = note("updated"),
        .before_remove = note("removing"),
        .after_remove = note("removed"),
    });
}

std::string events(const strata::test::TestDatabase& db) {
    const std::string lines = db.shell("SELECT name FROM people ORDER BY id");
    (void)db.shell("DELETE FROM people");
    return lines;
}

}  // namespace

STRATA_DB_TEST("callbacks run for each row that is written, in its transaction", "[dal][callbacks]") {
    const dal::Database plain = connected(db);
    const dal::Database dal = audited(plain);
    User ada = dal.insert(User{.email = "ada"});
    CHECK(ada.phone == "none");
    CHECK(events(db) == "inserted ada");
    CHECK(dal.insert_many(std::vector<User>{{.email = "eve"}, {.email = "bob", .phone = "1"}}) == 2);
    CHECK(dal.insert_many_returning(std::vector<User>{{.email = "joe"}}).front().phone == "none");
    CHECK(events(db) == "inserted eve\ninserted bob\ninserted joe");
    CHECK_THROWS_WITH(dal.insert_many(std::vector<User>{{.email = "x"}, {.email = "refused"}}), "refused");
    CHECK_THROWS_AS(dal.insert(User{.email = "ada"}), UniqueViolation);
    CHECK(events(db).empty());
    CHECK(plain(users).count() == 4);

    ada = dal.update(ada);
    CHECK(ada.email == "ada!");
    CHECK(dal.update(ada, users.email).email == "ada!!");
    CHECK(dal.update_many(std::vector<User>{ada}) == 1);
    CHECK(events(db) == "updated ada!\nupdated ada!!\nupdated ada!!");
    CHECK(dal.save(User{.email = "new"}).phone == "none");
    CHECK(dal.save(User{.id = ada.id, .email = "saved"}).email == "saved!");
    CHECK(events(db) == "inserted new\nupdated saved!");
    CHECK(dal.get_or_create(User{.email = "got"}, users.email).created);
    CHECK(!dal.get_or_create(User{.email = "got"}, users.email).created);
    CHECK(events(db) == "inserted got");
    dal.transaction([&](dal::Transaction& tx) {
        tx.remove(*tx.get(users, ada.id));
        CHECK_THROWS_AS(tx.transaction([&](dal::Transaction& inner) {
            inner.insert(User{.email = "undone"});
            throw std::runtime_error("x");
        }),
                        std::runtime_error);
    });
    CHECK(events(db) == "removing saved!\nremoved saved!");
    CHECK_THROWS_AS(dal.remove(ada), NotFound);
    CHECK(events(db).empty());
    CHECK(dal.filtered(users.id > 0).with({.tag = "x"}).insert(User{.email = "other"}).id > 0);
}

STRATA_DB_TEST("what would pass by a callback is refused, and the rest is free", "[dal][callbacks]") {
    const dal::Database plain = connected(db);
    const dal::Database dal = audited(plain);
    const auto refused = Contains("would pass by the callbacks of");
    const auto keep = on_conflict(users.email).do_nothing();
    CHECK_THROWS_WITH(dal(users.id == 1).update(users.phone = "1"), refused);
    CHECK_THROWS_WITH(dal(users.id == 1).remove(), refused);
    CHECK_THROWS_WITH(dal(users.id == 1).returning(users.id).remove(), refused);
    CHECK_THROWS_WITH(dal.insert_into(users, users.email = "x"), refused);
    CHECK_THROWS_WITH(dal.insert_from(select(users.email).from(users), users.email), refused);
    CHECK_THROWS_WITH(dal.upsert(User{.email = "x"}, keep), refused);
    CHECK_THROWS_WITH(dal.upsert_many(std::vector<User>{{.email = "x"}}, keep), refused);
    CHECK_THROWS_WITH(dal.upsert_into(users, keep, users.email = "x"), refused);
    CHECK_THROWS_WITH(dal.returning(users.id).insert(User{.email = "x"}), refused);
    CHECK_THROWS_WITH(dal.truncate(users), refused);
    CHECK(dal(users).count() == 0);
    CHECK(dal.insert(Person{.name = "free"}).id == 1);
    CHECK(dal(people.name == "free").remove() == 1);
    const dal::Database only_after =
        plain.with_callbacks<User>({.after_insert = [](const dal::Session&, const User&) {}});
    CHECK(only_after(users.id == 1).update(users.phone = "1") == 0);
    CHECK(only_after(users.id == 1).remove() == 0);
}
