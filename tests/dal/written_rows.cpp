// Queries that consist of the rows that they write: PostgreSQL's alone.

#include "support/dal_database.hpp"

#include <strata/core/rules.hpp>
#include <strata/dal/callbacks.hpp>
#include <strata/dal/written_rows.hpp>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// What a removed song leaves.
struct LeftTrace {
    std::int64_t id{};
    std::string title{};
    std::optional<std::int64_t> user_id{};
    std::optional<std::string> batch{};
    std::int32_t version{};
};
STRATA_MODEL(LeftTrace, left_traces, id, title, user_id, batch, version)
STRATA_FACTS(left_traces, max_length(left_traces.title, 10), client_default(left_traces.batch, [] { return "made"; }),
             version_column(left_traces.version), server_default(left_traces.version, 1))
STRATA_RULES(left_traces, length(left_traces.title, 2, 9))

}  // namespace dal_test

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;
using Titles = std::vector<std::string>;

/// Songs of two users and one of nobody, all of it through one connection.
dal::Database filled(const strata::test::TestDatabase& database) {
    const dal::Database dal = on_one_connection(database);
    schema::create_all(schema::MetaData{schema::table(left_traces)}, strata::Engine(database.url()));
    dal.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}});
    const auto song = [](const char* title, std::optional<std::int64_t> user, int plays) {
        return Song{.title = title, .plays = plays, .user_id = user, .price = Decimal::parse("1.5")};
    };
    dal.insert_many(std::vector<Song>{song("a1", 1, 0), song("a2", 1, 2), song("e1", 2, 0), song("none", {}, 4)});
    return dal;
}

Titles sorted(Titles titles) {
    std::ranges::sort(titles);
    return titles;
}

}  // namespace

STRATA_DB_TEST("SQLite has no queries that write, and says so", "[dal][written]") {
    const dal::Database dal = filled(db);
    const auto gone = dal::cte<"gone">(dal::removed(songs.plays == 0).returning(songs));
    if (db.is_sqlite()) {
        const std::string refused = "SQLite has no queries that write in with(); PostgreSQL has";
        CHECK_THROWS_WITH(dal.all(select(gone.title).with(gone).from(gone)), Contains(refused));
        CHECK_THROWS_WITH(dal.insert_from(select(gone.title).with(gone).from(gone), left_traces.title),
                          Contains(refused));
        CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "4");
        return;
    }
    const auto removed = dal.all(select(gone.title, gone.price, gone.status, users.email)
                                     .with(gone)
                                     .from(gone)
                                     .left_join(users, users.id == gone.user_id)
                                     .order_by(gone.title));
    CHECK(removed == Rows<std::string, Decimal, Status, std::optional<std::string>>{
                         {"a1", Decimal::parse("1.5"), Status::queued, "ada"},
                         {"e1", Decimal::parse("1.5"), Status::queued, "eve"}});
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "2");
    const auto [all, rest] = dal.batch(select(gone.id).with(gone).from(gone), dal(songs));
    CHECK(all.empty());
    CHECK(rest.size() == 2);
}

TEST_CASE("rows that are removed are inserted elsewhere by the same statement", "[dal][written][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = filled(db);
    const auto gone =
        dal::cte<"gone">(dal::removed(songs.plays == 0).returning(songs.title, songs.user_id, songs.plays));
    const auto [title, user, plays] = gone.columns();
    CHECK(dal.insert_from(select(title, user, dal::value("b")).with(gone).from(gone).where(user == 1),
                          left_traces.title, left_traces.user_id, left_traces.batch) == 1);
    CHECK(db.shell("SELECT title, user_id, batch FROM left_traces") == "a1|1|b");
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "2");  // all of gone ran

    // One query that writes reads another; the rows of both are read.
    const auto silent = dal::cte<"silent">(
        dal::updated(songs.plays > 0, songs.plays = songs.plays - 1, songs.active = true).returning(songs));
    const auto kept = dal::cte<"kept">(dal::inserted_from(select(silent.title).from(silent), left_traces.title)
                                           .returning(left_traces.title, left_traces.id));
    CHECK(dal.all(select(kept.column<0>(), silent.plays, silent.updated_at.is_null())
                      .with(silent)
                      .with(kept)
                      .from(kept)
                      .join(silent, silent.title == kept.column<0>())
                      .order_by(silent.plays)) ==
          Rows<std::string, std::int32_t, bool>{{"a2", 1, false}, {"none", 3, false}});
    CHECK(db.shell("SELECT count(*) FROM left_traces") == "3");

    // A row and what refers to it.
    const auto user_made = dal::cte<"user_made">(dal::inserted(users, users.email = "new").returning(users.id));
    const auto changed =
        dal::cte<"changed">(dal::updated(songs.title == "none", songs.plays = 100).returning(songs.title, songs.plays));
    CHECK(dal.one(select(changed.column<0>(), changed.column<1>(), user_made.column<0>())
                      .with(user_made)
                      .with(changed)
                      .from(changed)
                      .cross_join(user_made)) == std::tuple("none", 100, 3));
    // The version and the client's default are as they are for the verbs.
    const auto made =
        dal::cte<"made">(dal::inserted(left_traces, left_traces.title = "by hand").returning(left_traces));
    const auto read = dal.one(select(made.batch, made.version).with(made).from(made));
    CHECK(read == std::tuple(std::optional<std::string>("made"), 1));
    const auto next = dal::cte<"next">(
        dal::updated(left_traces.title == "by hand", left_traces.title = "again").returning(left_traces.version));
    CHECK(dal.one(select(next.column<0>()).with(next).from(next)) == 2);
}

TEST_CASE("queries that write keep to the filters, with two tenants on one connection",
          "[dal][written][filters][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = filled(db);
    const dal::Database ada = dal.filtered(songs.user_id == 1).filtered(left_traces.user_id == 1);
    const dal::Database eve = dal.filtered(songs.user_id == 2).filtered(left_traces.user_id == 2);
    const auto changed =
        dal::cte<"changed">(dal::updated(dal::all(songs), songs.plays = songs.plays + 10).returning(songs.title));
    const auto update = select(changed.column<0>()).with(changed).from(changed);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(sorted(ada.all(update)) == Titles{"a1", "a2"});
        CHECK(eve.all(update) == Titles{"e1"});
    }
    CHECK(db.shell("SELECT string_agg(plays::text, ' ' ORDER BY id) FROM \"music songs\"") == "20 22 20 4");
    const auto gone = dal::cte<"gone">(dal::removed(songs.plays > 0).returning(songs.title));
    const auto archive = select(gone.column<0>()).with(gone).from(gone);
    CHECK(eve.insert_from(archive, left_traces.title) == 1);
    CHECK(db.shell("SELECT title, user_id FROM left_traces") == "e1|2");
    const auto kept = dal::cte<"kept">(
        dal::inserted_from(select(gone.column<0>()).from(gone), left_traces.title).returning(left_traces));
    CHECK(sorted(ada.all(select(kept.title).with(gone).with(kept).from(kept).where(kept.user_id == 1))) ==
          Titles{"a1", "a2"});
    CHECK(db.shell("SELECT string_agg(\"select\", ' ') FROM \"music songs\"") == "none");
    const auto made =
        dal::cte<"made">(dal::inserted(left_traces, left_traces.title = "made").returning(left_traces.user_id));
    const auto insert = select(made.column<0>()).with(made).from(made);
    CHECK(ada.one(insert) == 1);
    CHECK(eve.one(insert) == 2);
    CHECK(!dal.one(insert));
    const auto stolen =
        dal::cte<"stolen">(dal::updated(dal::all(left_traces), left_traces.user_id = 1).returning(left_traces.title));
    CHECK_THROWS_WITH(eve.all(select(stolen.column<0>()).with(stolen).from(stolen)),
                      Contains("left_traces.user_id is given by a filter"));
}

TEST_CASE("queries that write keep to rules and callbacks, and run whole or not at all", "[dal][written][postgresql]") {
    const strata::test::TestDatabase db(strata::test::TestDialect::postgresql);
    const dal::Database dal = filled(db);
    const auto all = [](const auto& session, const auto& rows) {
        const auto written = dal::cte<"written">(rows);
        return session.all(select(written.template column<0>()).with(written).from(written));
    };
    CHECK_THROWS_AS(all(dal, dal::inserted(left_traces, left_traces.title = "x").returning(left_traces.id)),
                    ValidationError);
    CHECK_THROWS_AS(dal.batch([&](dal::Batch& batch) {
        const auto rows =
            dal::cte<"rows">(dal::inserted(left_traces, left_traces.title = "x").returning(left_traces.id));
        return batch.all(select(rows.column<0>()).with(rows).from(rows));
    }),
                    ValidationError);
    CHECK_THROWS_AS(dal(left_traces.id == 1).returning(left_traces.id).update(left_traces.title = "x"),
                    ValidationError);
    const auto removal = dal::removed(songs.plays == 0).returning(songs.id);
    const auto audited = dal.with_callbacks<Song>({.after_remove = [](const dal::Session&, const Song&) {}});
    CHECK_THROWS_WITH(all(audited, removal), Contains("a query that writes would pass by the callbacks of Song"));
    CHECK_THROWS_WITH(
        all(dal, dal::inserted(left_traces, left_traces.id = 7, left_traces.title = "ab").returning(left_traces.id)),
        Contains("writes no generated keys, such as left_traces.id"));
    const auto gone = dal::cte<"gone">(removal);
    const auto query = select(gone.column<0>()).with(gone).from(gone);
    CHECK_THROWS_WITH(dal.count(query), Contains("nor for count() and exists()"));
    CHECK_THROWS_WITH(dal.all(select(users.id).from(users).where(users.id.in(query))), Contains("inside of another"));
    CHECK_THROWS_WITH(dal.stream(query), Contains("a query that writes is run by all()"));
    CHECK_THROWS_AS(dal.explain(query, {.analyze = true}), UsageError);
    CHECK_THAT(dal.explain(query), Contains("Delete"));
    CHECK_THROWS_AS(dal.transaction([&](dal::Transaction& tx) { (void)tx.all(query); }, {.read_only = true}), Error);
    dal::Condition<Song> nothing;
    CHECK_THROWS_WITH(dal::removed(nothing), Contains("condition without a value"));
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "4");
    CHECK(db.shell("SELECT count(*) FROM left_traces") == "0");
    CHECK(dal.first(query).has_value());
    CHECK(db.shell("SELECT count(*) FROM \"music songs\"") == "2");
}
