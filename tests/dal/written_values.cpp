// What is written where a row says a value, or leaves it to the database or to the model's facts. The same on both
// databases.

#include "support/dal_database.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

struct Job {
    std::int64_t id{};
    std::string title{};
    strata::Default<strata::TimestampTz> run_at{};
    strata::Default<std::int32_t> priority{};
    strata::Default<std::optional<std::string>> note{};
};
STRATA_MODEL(Job, jobs, id, title, run_at, priority, note)
STRATA_FACTS(jobs, server_default(jobs.run_at, now()), server_default(jobs.priority, 5),
             server_default(jobs.note, "none"), unique(jobs.title))

struct Page {
    strata::Uuid id{};
    std::string title{};
    std::string slug{};
    std::int32_t weight{};
    std::optional<std::string> author{};
};
STRATA_MODEL(Page, pages, id, title, slug, weight, author)
STRATA_FACTS(pages, client_default(pages.id, [] { return strata::Uuid::random(); }),
             computed_on_write(pages.slug, [](const Page& page) { return "page-" + page.title; }),
             client_default(pages.weight, [] { return 10; }), client_default(pages.author, [] { return "nobody"; }),
             max_length(pages.slug, 12), unique(pages.title))

struct Token {
    strata::Uuid id{};
    std::string name{};
};
STRATA_MODEL(Token, tokens, id, name)

}  // namespace dal_test

namespace {

dal::Database with_tables(const strata::test::TestDatabase& database) {
    const dal::Database dal = connected(database);
    using namespace strata::schema;
    create_all(MetaData{table(jobs), table(pages), table(tokens)}, Engine(database.url()));
    return dal;
}

}  // namespace

STRATA_DB_TEST("a Default<T> writes what was said, and leaves the rest to the database", "[dal][default]") {
    const dal::Database dal = with_tables(db);
    const auto later = TimestampTz::parse("2030-01-02 03:04:05");
    const Job plain = dal.insert(Job{.title = "plain"});
    CHECK(plain.id == 1);
    CHECK((*plain.run_at).microseconds > 0);
    CHECK(*plain.priority == 5);
    CHECK(*plain.note == "none");
    const Job said =
        dal.insert(Job{.title = "said", .run_at = later, .priority = 0, .note = std::optional<std::string>()});
    CHECK(*said.run_at == later);
    CHECK(*said.priority == 0);
    CHECK(said.note.has_value());
    CHECK(!(*said.note).has_value());
    CHECK(db.shell("SELECT count(*) FROM jobs WHERE note IS NULL AND priority = 0") == "1");
    CHECK(*dal.insert_into(jobs, jobs.title = "into", jobs.run_at = later).run_at == later);

    Job update{.id = plain.id, .title = "renamed"};
    update.priority = 7;
    const Job updated = dal.update(update);
    CHECK(updated.run_at == plain.run_at);
    CHECK(*updated.priority == 7);
    CHECK(*updated.note == "none");
    CHECK(dal(jobs.priority == 7 && jobs.run_at < later).count() == 1);
    CHECK(dal.all(select(jobs.note).from(jobs).where(jobs.id == 2)).front() == std::nullopt);
    CHECK(dal.all(select(jobs.priority).from(jobs).where(jobs.id == 1)) == std::vector<std::int32_t>{7});
    CHECK_THROWS_WITH(dal.update(Job{.id = 1}, jobs.priority), Contains("jobs.priority, which the row leaves unset"));
    CHECK_THROWS_AS(dal.update(Job{.id = 99, .title = "x"}), NotFound);
    CHECK(*dal.update(Job{.id = 1, .priority = 8}, jobs.priority).priority == 8);
    CHECK(dal.get(jobs, 1)->title == "renamed");
    CHECK(*dal.save(Job{.id = 1, .title = "saved"}).priority == 8);
    CHECK(*dal.save(Job{.title = "made", .priority = 1}).priority == 1);
    CHECK(*dal.upsert(Job{.title = "made", .priority = 2}, on_conflict(jobs.title).do_update())->priority == 2);
    CHECK(*dal.upsert(Job{.title = "made"}, on_conflict(jobs.title).do_update())->priority == 2);
}

STRATA_DB_TEST("rows of a batch leave different columns to the database", "[dal][default]") {
    const dal::Database dal = with_tables(db);
    std::vector<Job> rows;
    for (int i = 0; i < 30; ++i) {
        Job job{.title = std::to_string(i)};
        if (i % 3 != 0) job.priority = i;
        if (i >= 15) job.note = std::optional<std::string>("n");
        rows.push_back(job);
    }
    CHECK(dal.insert_many(rows) == 30);
    CHECK(db.shell("SELECT count(*), sum(priority) FROM jobs WHERE note = 'n'") ==
          "15|" + std::to_string(25 + 16 + 17 + 19 + 20 + 22 + 23 + 25 + 26 + 28 + 29));
    CHECK(dal(jobs.priority == 5).count() == 11);
    for (Job& job : rows) job.title += "b";
    const std::vector<Job> stored = dal.insert_many_returning(rows);
    CHECK(*stored[0].priority == 5);
    CHECK(*stored[1].priority == 1);
    CHECK(stored[29].id == 60);
    CHECK(dal.upsert_many(rows, on_conflict(jobs.title).do_update()) == 30);
    std::vector<Job> changes;
    for (const Job& job : stored) {
        Job change{.id = job.id, .title = job.title + "c"};
        if (job.id % 2 == 0) change.priority = 100;
        changes.push_back(change);
    }
    CHECK(dal.update_many(changes) == 30);
    CHECK(dal(jobs.priority == 100).count() == 15);
    rows.push_back(rows.front());
    for (Job& job : rows) job.title += "d";
    CHECK_THROWS_AS(dal.insert_many(rows), UniqueViolation);
    CHECK(dal(jobs).count() == 60);
    CHECK(dal.insert_many(std::vector<Job>{{.id = 500, .title = "kept"}}, {.keep_keys = true}) == 1);
    CHECK(dal.insert(Job{.title = "next"}).id == 501);
    CHECK(*dal.get(jobs, 500)->priority == 5);
}

STRATA_DB_TEST("keep_keys refuses a key of 0", "[dal]") {
    const dal::Database dal = connected(db);
    const auto line = Contains("the key of a row of users is 0, which none has");
    CHECK_THROWS_WITH(dal.insert(User{.email = "a"}, {.keep_keys = true}), line);
    CHECK_THROWS_WITH(dal.insert_many(std::vector<User>{{.id = 3, .email = "a"}, {.email = "b"}}, {.keep_keys = true}),
                      line);
    CHECK_THROWS_WITH(dal.insert_many_returning(std::vector<User>{{.email = "a"}}, {.keep_keys = true}), line);
    CHECK(dal(users).count() == 0);
}

STRATA_DB_TEST("client defaults and columns computed on write are written and returned", "[dal][default]") {
    const dal::Database dal = with_tables(db);
    const Page first = dal.insert(Page{.title = "one"});
    const Page second = dal.insert(Page{.title = "two", .weight = 3, .author = "ada"});
    CHECK(first.id != Uuid{});
    CHECK(first.id != second.id);
    CHECK(first.slug == "page-one");
    CHECK(first.weight == 10);
    CHECK(first.author == "nobody");
    CHECK(second.weight == 3);
    CHECK(second.author == "ada");
    CHECK(dal.get(pages, first.id)->slug == "page-one");
    const Page into = dal.insert_into(pages, pages.title = "three", pages.slug = "given");
    CHECK(into.id != Uuid{});
    CHECK(into.slug == "given");
    CHECK(into.weight == 10);
    CHECK(dal.insert_into(pages, pages.title = "four", pages.slug = "", pages.weight = 0).weight == 0);
    CHECK(dal.insert_many(std::vector<Page>{{.title = "five"}, {.title = "six"}}) == 2);
    CHECK(dal.insert_many_returning(std::vector<Page>{{.title = "seven"}}).front().slug == "page-seven");
    Page changed = first;
    changed.title = "uno";
    changed.weight = 0;
    CHECK(dal.update(changed).slug == "page-uno");
    CHECK(dal.get(pages, first.id)->weight == 0);
    changed.title = "eins";
    CHECK(dal.update(changed, pages.title).slug == "page-eins");
    changed.title = "ein";
    CHECK(dal.update_many(std::vector<Page>{changed}, pages.title) == 1);
    CHECK(dal.get(pages, first.id)->slug == "page-ein");
    CHECK(dal.upsert(Page{.title = "two", .weight = 4}, on_conflict(pages.title).do_update(pages.weight))->id ==
          second.id);
    CHECK(dal.upsert_into(pages, on_conflict(pages.title).do_nothing(), pages.title = "eight", pages.slug = "x")->id !=
          Uuid{});
    CHECK(dal(pages.id == Uuid{}).count() == 0);
    CHECK_THROWS_AS(dal.insert(Page{.title = "a very long title"}), ValueError);
}

STRATA_DB_TEST("an unset Uuid key is refused instead of being written as zeros", "[dal][default]") {
    const dal::Database dal = with_tables(db);
    const auto line = Contains("the key tokens.id is the UUID of zeros");
    CHECK_THROWS_WITH(dal.insert(Token{.name = "a"}), line);
    CHECK_THROWS_WITH(dal.insert_many(std::vector<Token>{{.name = "a"}}), line);
    CHECK_THROWS_WITH(dal.upsert(Token{.name = "a"}, on_conflict(tokens.id).do_nothing()), line);
    CHECK(dal.insert(Token{.id = Uuid::random(), .name = "a"}).name == "a");
    CHECK(dal(tokens).count() == 1);
}
