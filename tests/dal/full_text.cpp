// Full text search: each database has its own.

#include "support/expression_models.hpp"

#include <strata/dal/full_text.hpp>

using namespace expression_test;
using namespace strata;

namespace {

struct Page {
    std::string title;
    std::string body;
};
STRATA_MODEL(Page, pages, title, body)
STRATA_FACTS(pages, no_key())

}  // namespace

STRATA_DB_TEST("text is searched as the database does it", "[dal][expressions]") {
    const Engine engine(db.url());
    const auto pages_table =
        db.is_sqlite() ? schema::table("pages", schema::virtual_table("fts5(title, body)")) : schema::table(pages);
    schema::create_all(schema::MetaData{pages_table}, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(std::vector<Page>{
        {"Cats", "The quick cats run, and run, and run"}, {"Dogs", "A dog runs"}, {"Birds", "It's a bird"}});
    using Titles = std::vector<std::string>;
    if (db.is_sqlite()) {
        CHECK(dal.all(select(pages.title).from(pages).where(dal::match(pages, "cats OR dog")).order_by(pages.title)) ==
              Titles{"Cats", "Dogs"});
        CHECK(dal(dal::match(pages, "title: birds")).one().title == "Birds");
        CHECK(dal(dal::match(pages, "run*")).count() == 2);
        CHECK(dal.all(select(pages.title)
                          .from(pages)
                          .where(dal::match(pages, "run OR runs"))
                          .order_by(dal::match_rank(pages), pages.title)) == Titles{"Cats", "Dogs"});
        const auto found = dal::alias<"found">(pages);
        CHECK(dal(dal::match(found, "dog")).count() == 1);
        CHECK_THROWS_WITH(dal(dal::text_matches(pages.body, "cat")).count(),
                          "text_matches() is PostgreSQL's full text search; on SQLite use match() of an fts5 table");
    } else {
        CHECK(dal.all(select(pages.title)
                          .from(pages)
                          .where(dal::text_matches(pages.body, "running -dog"))
                          .order_by(pages.title)) == Titles{"Cats"});
        CHECK(dal(dal::text_matches(pages.body, "runs")).count() == 2);
        CHECK(dal(dal::text_matches(pages.body, "runs", "simple")).count() == 1);
        CHECK(dal.all(select(pages.title)
                          .from(pages)
                          .where(dal::text_matches(pages.body, "run"))
                          .order_by(dal::text_rank(pages.body, "run").desc())) == Titles{"Cats", "Dogs"});
        CHECK(dal.one(select(dal::text_headline(pages.body, "bird")).from(pages).where(pages.title == "Birds")) ==
              "It's a <b>bird</b>");
        CHECK_THROWS_WITH(dal(dal::match(pages, "cat")).count(),
                          "match() is about a virtual table of SQLite; on PostgreSQL use dal::text_matches()");
    }
}
