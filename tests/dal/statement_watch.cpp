// Statements counted in a scope, to find those that run for each row. The same on both databases.

#include "support/relation_models.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/dal/statement_watch.hpp>

#include <thread>

using namespace relation_test;
using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

dal::Database filled(const strata::test::TestDatabase& database) {
    const core::Engine engine(database.url());
    create_tables(engine);
    const dal::Database dal = dal::connect(engine);
    fill(dal);
    return dal;
}

}  // namespace

/// Functions that a watch names.
namespace library_app {

std::size_t books_one_by_one(const dal::Database& dal) {
    std::size_t count = 0;
    for (const Author& author : dal(authors).all()) count += dal(books.author_id == author.id).all().size();
    return count;
}

std::size_t authors_by_key(const dal::Database& dal) {
    std::size_t count = 0;
    for (std::int64_t id = 1; id <= 3; ++id) count += dal.get(authors, id) ? 1U : 0U;
    return count;
}

}  // namespace library_app

STRATA_DB_TEST("a watch finds the statement that runs for each row, and from where", "[dal][watch]") {
    const dal::Database dal = filled(db);
    const dal::StatementWatch watch;
    CHECK(library_app::books_one_by_one(dal) == 4);
    CHECK(library_app::authors_by_key(dal.with({.tag = "GET /authors"})) == 3);
    CHECK(watch.count() == 7);

    const auto repeated = watch.repeated(3);
    REQUIRE(repeated.size() == 2);
    for (const auto& statement : repeated) {
        CHECK(statement.count == 3);
        REQUIRE(statement.places.size() == 1);
        const bool by_key = statement.sql.find("\"books\"") == std::string::npos;
        CHECK_THAT(statement.places[0].function,
                   StartsWith(by_key ? "library_app::authors_by_key(" : "library_app::books_one_by_one("));
        CHECK_THAT(statement.places[0].function, Contains("statement_watch.cpp:") || Contains("strata_dal_tests+0x"));
        CHECK(statement.places[0].tag == (by_key ? "GET /authors" : ""));
        CHECK(statement.places[0].count == 3);
    }
    CHECK(watch.repeated(4).empty());
    CHECK(watch.repeated(1).size() == 3);

    CHECK_NOTHROW(watch.require_at_most(7));
    CHECK_NOTHROW(watch.require_no_repeats(3));
    CHECK_THROWS_AS(watch.require_at_most(6), UsageError);
    CHECK_THROWS_WITH(watch.require_at_most(6), StartsWith("7 statements ran where at most 6 may, in the scope at ") &&
                                                    Contains("statement_watch.cpp:") && Contains("; 3 times SELECT ") &&
                                                    Contains("3 from library_app::authors_by_key(") &&
                                                    Contains("with the tag GET /authors"));
    CHECK_THROWS_WITH(watch.require_no_repeats(),
                      StartsWith("a statement ran more often than 1 times") && Contains("books_one_by_one"));
}

STRATA_DB_TEST("a thousand rows with ten children each are two statements to a watch", "[dal][watch][relations]") {
    const dal::Database dal = filled(db);
    std::vector<Author> many;
    for (int i = 0; i < 997; ++i) many.push_back({.name = "author " + std::to_string(i)});
    dal.insert_many(many);
    std::vector<Book> theirs;
    for (int i = 0; i < 10'000; ++i) theirs.push_back({.title = "more", .author_id = i % 1000 + 1});
    dal.insert_many(theirs);

    const dal::StatementWatch watch;
    const auto loaded = dal.load(dal(authors), dal::children(books.author_id).where(books.title == "more"));
    CHECK(watch.count() == 2);
    CHECK_NOTHROW(watch.require_at_most(2));
    CHECK_NOTHROW(watch.require_no_repeats());
    REQUIRE(loaded.size() == 1000);
    CHECK(std::ranges::all_of(loaded, [](const auto& row) { return std::get<1>(row).size() == 10; }));
}

STRATA_DB_TEST("a watch counts each kind of statement once, and none that controls the transaction", "[dal][watch]") {
    const dal::Database dal = filled(db);
    const auto counted = [](const auto& work) {
        const dal::StatementWatch watch;
        work();
        return watch.count();
    };
    CHECK(counted([&] { dal.insert(Genre{.name = "new"}); }) == 1);
    CHECK(counted([&] { dal.insert_many(std::vector<Genre>{{.name = "a"}, {.name = "b"}}); }) == 1);
    CHECK(counted([&] { (void)dal(genres).count(); }) == 1);
    CHECK(counted([&] { dal(genres.name == "a").update(genres.name = "c"); }) == 1);
    CHECK(counted([&] { (void)dal.query<std::int64_t>("SELECT id FROM genres"); }) == 1);
    CHECK(counted([&] { dal.execute("DELETE FROM genres WHERE name = ?", "c"); }) == 1);
    CHECK(counted([&] {
              for (const Genre& genre : dal(genres).stream()) (void)genre;
          }) == 1);
    CHECK(counted([&] {
              dal.transaction([](dal::Transaction& tx) {
                  tx.transaction([](dal::Transaction& inner) { (void)inner(genres).count(); });
                  (void)tx.get(genres, 1);
              });
          }) == 2);
    CHECK(counted([&] { (void)dal.batch(dal(genres), dal(authors)); }) == 2);
    CHECK(counted([&] {
              // Small statements that have just run are found by a shorter way.
              for (std::int64_t id = 1; id <= 3; ++id) dal(genres.id == id).update(genres.name = "x");
          }) == 3);
    CHECK(counted([&] { CHECK_THROWS_AS(dal.execute("DELETE FROM genres WHERE id = 2"), ForeignKeyViolation); }) == 1);
    CHECK(counted([] {}) == 0);
}

STRATA_DB_TEST("watches are nested, and each counts its thread alone", "[dal][watch]") {
    const dal::Database dal = filled(db);
    const dal::StatementWatch outer;
    (void)dal(genres).count();
    {
        const dal::StatementWatch inner;
        (void)dal(genres).count();
        CHECK(inner.count() == 1);
        CHECK(inner.repeated().empty());
    }
    std::thread([&] { (void)dal(genres).count(); }).join();
    CHECK(outer.count() == 2);
    CHECK(outer.repeated().size() == 1);
}

STRATA_DB_TEST("a watch shows no value", "[dal][watch]") {
    const dal::Database dal = filled(db);
    const dal::StatementWatch watch;
    for (int i = 0; i < 2; ++i) (void)dal.query<std::string>("SELECT name FROM genres WHERE name <> 'secret'");
    const auto repeated = watch.repeated();
    REQUIRE(repeated.size() == 1);
    CHECK(repeated[0].sql == "SELECT name FROM genres WHERE name <> '...'");
}
