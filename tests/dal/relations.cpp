// What is related to rows, in one statement for each relation. The same on both databases.

#include "support/relation_models.hpp"

#include <strata/core/engine.hpp>

using namespace relation_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

constexpr auto books_of = dal::has_many(authors.id, books.author_id);
constexpr auto author_of = dal::belongs_to(books.author_id, authors.id);
constexpr auto genres_of = dal::many_to_many(books.id, book_genres.book_id, book_genres.genre_id, genres.id);
constexpr auto staff_of = dal::has_many(employees.id, employees.boss_id);

/// An engine that collects the statements that read.
struct Recorded {
    std::vector<std::string> statements;
    dal::Database dal;

    explicit Recorded(const strata::test::TestDatabase& database) : dal(connected(database)) {
        fill(dal);
        statements.clear();
    }

private:
    dal::Database connected(const strata::test::TestDatabase& database) {
        core::EngineOptions options;
        options.on_query = [this](const core::QueryEvent& event) { statements.emplace_back(event.sql); };
        const core::Engine engine(database.url(), options);
        create_tables(engine);
        return dal::connect(engine);
    }
};

using Titles = std::vector<std::string>;

template <class Rows>
Titles titles(const Rows& rows) {
    Titles found;
    for (const Book& book : rows) found.push_back(book.title);
    return found;
}
template <class Rows>
Titles names(const Rows& rows) {
    Titles found;
    for (const auto& row : rows) found.push_back(row.name);
    return found;
}

}  // namespace

STRATA_DB_TEST("the children of many rows are loaded in one statement", "[dal][relations]") {
    Recorded run(db);
    const auto loaded = run.dal.load(run.dal(authors).order_by(authors.name), books_of.order_by(books.title.desc()));
    static_assert(std::is_same_v<decltype(loaded), const std::vector<std::tuple<Author, std::vector<Book>>>>);
    CHECK(run.statements.size() == 2);
    REQUIRE(loaded.size() == 3);
    CHECK(std::get<0>(loaded[0]).name == "ada");
    CHECK(titles(std::get<1>(loaded[0])) == Titles{"Canon", "Ballad", "Aria"});
    CHECK(titles(std::get<1>(loaded[1])) == Titles{"Dirge"});
    CHECK(std::get<1>(loaded[2]).empty());
    CHECK(std::get<1>(loaded[1]).front() == run.dal.get(books, 4));
}

STRATA_DB_TEST("related rows are filtered, and the first ones of each row are taken", "[dal][relations]") {
    const Recorded run(db);
    const dal::Database& dal = run.dal;
    const auto all = dal(authors).order_by(authors.id);

    const auto good = dal.load(all, books_of.where(books.stars > 3).where(books.title != "Canon"));
    CHECK(titles(std::get<1>(good[0])) == Titles{"Ballad"});
    CHECK(std::get<1>(good[1]).empty());

    const auto best = books_of.order_by(books.stars.desc());
    const auto two = dal.load(all, best.limit(2));
    CHECK(titles(std::get<1>(two[0])) == Titles{"Ballad", "Canon"});
    CHECK(titles(std::get<1>(two[1])) == Titles{"Dirge"});
    CHECK(std::get<1>(two[2]).empty());
    CHECK(titles(std::get<1>(dal.load(all, best.limit(1).offset(1))[0])) == Titles{"Canon"});
    CHECK(titles(std::get<1>(dal.load(all, best.offset(1))[0])) == Titles{"Canon", "Aria"});
    CHECK(titles(std::get<1>(dal.load(all, best.where(books.stars < 5).limit(1))[0])) == Titles{"Canon"});
    CHECK(std::get<1>(dal.load(all, books_of.limit(2))[0]).size() == 2);
    CHECK(std::get<1>(dal.load(all, books_of.limit(0))[0]).empty());
    CHECK_THROWS_AS(books_of.limit(-1), UsageError);
    CHECK_THROWS_AS(books_of.offset(-1), UsageError);
}

STRATA_DB_TEST("a condition of a relation can ask another table", "[dal][relations]") {
    const Recorded run(db);
    const auto jazz = dal::exists(select(book_genres.book_id)
                                      .from(book_genres)
                                      .correlate(books)
                                      .where(book_genres.book_id == books.id && book_genres.genre_id == 2));
    const auto loaded =
        run.dal.load(run.dal(authors).order_by(authors.id), books_of.where(jazz).order_by(books.title).limit(5));
    CHECK(titles(std::get<1>(loaded[0])) == Titles{"Aria", "Ballad"});
    CHECK(titles(std::get<1>(loaded[1])) == Titles{"Dirge"});
}

STRATA_DB_TEST("the row that a row refers to", "[dal][relations]") {
    Recorded run(db);
    const auto loaded = run.dal.load(run.dal(books).order_by(books.id), author_of);
    static_assert(std::is_same_v<decltype(loaded), const std::vector<std::tuple<Book, std::optional<Author>>>>);
    CHECK(run.statements.size() == 2);
    CHECK(std::get<1>(loaded[0])->name == "ada");
    CHECK(std::get<1>(loaded[2])->name == "ada");
    CHECK(std::get<1>(loaded[3])->name == "eve");
    CHECK(!std::get<1>(loaded[4]));
    const auto not_ada = run.dal.load(run.dal(books).order_by(books.id), author_of.where(authors.name != "ada"));
    CHECK(!std::get<1>(not_ada[0]));
    CHECK(std::get<1>(not_ada[3])->name == "eve");
}

STRATA_DB_TEST("a relation to one row takes the first in its order, and refuses several without one",
               "[dal][relations]") {
    const Recorded run(db);
    constexpr auto book_of = dal::has_one(authors.id, books.author_id);
    const auto all = run.dal(authors).order_by(authors.id);
    const auto best = run.dal.load(all, book_of.order_by(books.stars.desc()));
    CHECK(std::get<1>(best[0])->title == "Ballad");
    CHECK(std::get<1>(best[1])->title == "Dirge");
    CHECK(!std::get<1>(best[2]));
    CHECK(std::get<1>(run.dal.load(all, book_of.where(books.stars == 4))[0])->title == "Canon");
    CHECK_THROWS_WITH(run.dal.load(all, book_of), Contains("several related rows in books"));
}

STRATA_DB_TEST("rows that a link table connects", "[dal][relations]") {
    Recorded run(db);
    const auto all = run.dal(books).order_by(books.id);
    const auto loaded = run.dal.load(all, genres_of.order_by(genres.name));
    static_assert(std::is_same_v<decltype(loaded), const std::vector<std::tuple<Book, std::vector<Genre>>>>);
    CHECK(run.statements.size() == 2);
    CHECK(names(std::get<1>(loaded[0])) == Titles{"folk", "jazz"});
    CHECK(names(std::get<1>(loaded[1])) == Titles{"jazz"});
    CHECK(std::get<1>(loaded[2]).empty());
    CHECK(names(std::get<1>(loaded[3])) == Titles{"jazz", "rock"});

    const auto heaviest = run.dal.load(all, genres_of.order_by(book_genres.weight.desc()).limit(1));
    CHECK(names(std::get<1>(heaviest[0])) == Titles{"jazz"});
    CHECK(names(std::get<1>(heaviest[3])) == Titles{"rock"});
    const auto heavy = run.dal.load(all, genres_of.where(book_genres.weight > 4 && genres.name != "folk"));
    CHECK(names(std::get<1>(heavy[0])) == Titles{"jazz"});
    CHECK(std::get<1>(heavy[3]).empty());

    constexpr auto books_in = dal::many_to_many(genres.id, book_genres.genre_id, book_genres.book_id, books.id);
    const auto back = run.dal.load(run.dal(genres).order_by(genres.id), books_in.order_by(books.id));
    CHECK(titles(std::get<1>(back[1])) == Titles{"Aria", "Ballad", "Dirge"});
}

STRATA_DB_TEST("relations of related rows, to any depth, take one statement each", "[dal][relations]") {
    Recorded run(db);
    const auto loaded =
        run.dal.load(run.dal(authors).order_by(authors.id),
                     books_of.order_by(books.title).with(genres_of.order_by(genres.name), author_of.with(books_of)));
    static_assert(
        std::is_same_v<decltype(loaded),
                       const std::vector<std::tuple<
                           Author, std::vector<std::tuple<Book, std::vector<Genre>,
                                                          std::optional<std::tuple<Author, std::vector<Book>>>>>>>>);
    CHECK(run.statements.size() == 5);
    const auto& [ada, hers] = loaded[0];
    REQUIRE(hers.size() == 3);
    const auto& [aria, its_genres, its_author] = hers[0];
    CHECK(aria.title == "Aria");
    CHECK(names(its_genres) == Titles{"folk", "jazz"});
    REQUIRE(its_author);
    CHECK(std::get<0>(*its_author) == ada);
    CHECK(std::get<1>(*its_author).size() == 3);
    CHECK(std::get<1>(*std::get<2>(hers[2])).size() == 3);
    CHECK(std::get<1>(loaded[2]).empty());
}

STRATA_DB_TEST("several relations of a row, and one that refers to its own table", "[dal][relations]") {
    const Recorded run(db);
    run.dal.insert_many(std::vector<Employee>{{.name = "ann"},
                                              {.name = "bob", .boss_id = 1},
                                              {.name = "cat", .boss_id = 1, .deputy_id = 2},
                                              {.name = "dan", .boss_id = 2, .deputy_id = 3}});
    constexpr auto boss = dal::alias<"boss">(employees);
    const auto loaded =
        run.dal.load(run.dal(employees).order_by(employees.id), staff_of.order_by(employees.name).with(staff_of),
                     dal::belongs_to(employees.boss_id, boss.id).where(boss.name != "bob"));
    const auto& [ann, staff, nobody] = loaded[0];
    REQUIRE(staff.size() == 2);
    CHECK(std::get<0>(staff[0]).name == "bob");
    CHECK(names(std::get<1>(staff[0])) == Titles{"dan"});
    CHECK(!nobody);
    CHECK(std::get<2>(loaded[1])->name == "ann");
    CHECK(!std::get<2>(loaded[3]));
}

STRATA_DB_TEST("what is related to rows that one has", "[dal][relations]") {
    Recorded run(db);
    const std::vector<Author> twice{*run.dal.get(authors, 1), *run.dal.get(authors, 2), *run.dal.get(authors, 1)};
    run.statements.clear();
    const auto loaded = run.dal.load(twice, books_of.with(genres_of));
    CHECK(run.statements.size() == 2);
    CHECK(std::get<1>(loaded[0]).size() == 3);
    CHECK(std::get<1>(loaded[1]).size() == 1);
    CHECK(std::get<1>(loaded[2]).size() == 3);

    const auto [ada, hers] = run.dal.load(twice[0], books_of);
    CHECK(ada.name == "ada");
    CHECK(hers.size() == 3);
    const auto found = run.dal.load(run.dal.get(authors, 2), books_of);
    CHECK(std::get<1>(*found).size() == 1);
    CHECK(!run.dal.load(run.dal.get(authors, 9), books_of));
    const auto joined = run.dal.load(
        select(authors).from(authors).join(books, books.author_id == authors.id).where(books.stars == 5), books_of);
    REQUIRE(joined.size() == 1);
    CHECK(std::get<1>(joined[0]).size() == 3);

    run.statements.clear();
    CHECK(run.dal.load(std::vector<Author>(), books_of).empty());
    CHECK(!std::get<1>(run.dal.load(Book{.title = "nobody's"}, author_of)));
    CHECK(run.statements.empty());
}

STRATA_DB_TEST("a key of several columns, of any type", "[dal][relations]") {
    const Recorded run(db);
    const auto part = [](const char* text) { return Decimal::parse(text); };
    run.dal.insert_many(std::vector<Order>{
        {Shop::north, "7", part("1")}, {Shop::south, "7", part("1")}, {Shop::south, "7", part("1.50")}});
    run.dal.insert_many(
        std::vector<Line>{{.shop = Shop::north, .order_number = "7", .order_part = part("1.0"), .what = "a"},
                          {.shop = Shop::south, .order_number = "7", .order_part = part("1.5"), .what = "b"},
                          {.shop = Shop::south, .order_number = "7", .order_part = part("1.5"), .what = "c"},
                          {.shop = Shop::south, .order_number = "7", .what = "d"}});
    constexpr auto lines_of = dal::has_many(dal::columns(orders.shop, orders.number, orders.part),
                                            dal::columns(lines.shop, lines.order_number, lines.order_part));
    const auto what = [](const std::vector<Line>& found) {
        Titles texts;
        for (const Line& line : found) texts.push_back(line.what);
        return texts;
    };
    const auto all = run.dal(orders).order_by(orders.shop, orders.part);
    for (const auto& loaded :
         {run.dal.load(all, lines_of.order_by(lines.id)), run.dal.load(all, dal::children(lines).order_by(lines.id))}) {
        REQUIRE(loaded.size() == 3);
        CHECK(what(std::get<1>(loaded[0])) == Titles{"a"});
        CHECK(std::get<1>(loaded[1]).empty());
        CHECK(what(std::get<1>(loaded[2])) == Titles{"b", "c"});
    }
    CHECK(what(std::get<1>(run.dal.load(all, lines_of.order_by(lines.id.desc()).limit(1))[2])) == Titles{"c"});

    const auto back = run.dal.load(run.dal(lines).order_by(lines.id), dal::parent(lines, orders));
    CHECK(std::get<1>(back[0])->shop == Shop::north);
    CHECK(std::get<1>(back[1])->part == part("1.5"));
    CHECK(!std::get<1>(back[3]));
}

STRATA_DB_TEST("relations by the references that the models state", "[dal][relations]") {
    const Recorded run(db);
    const dal::Database& dal = run.dal;
    const auto all = dal(authors).order_by(authors.id);
    CHECK(std::get<1>(dal.load(all, dal::children(books.author_id))[0]).size() == 3);
    CHECK(std::get<1>(dal.load(all, dal::children(books))[1]).size() == 1);
    CHECK(std::get<1>(dal.load(dal(books).order_by(books.id), dal::parent(books.author_id, authors))[3])->name ==
          "eve");
    CHECK(std::get<1>(dal.load(dal(books).order_by(books.id), dal::parent(books, authors))[3])->name == "eve");
    const auto nested = dal.load(all, dal::children(books).order_by(books.id).with(
                                          dal::through(book_genres, genres).order_by(genres.id).limit(1)));
    CHECK(names(std::get<1>(std::get<1>(nested[0])[0])) == Titles{"folk"});

    dal.insert_many(std::vector<Employee>{{.name = "ann"}, {.name = "bob", .deputy_id = 1}});
    CHECK(std::get<1>(dal.load(dal(employees).order_by(employees.id), dal::children(employees.deputy_id))[0]).size() ==
          1);

    CHECK_THROWS_WITH(dal.load(all, dal::children(employees)),
                      Contains("Employee state no reference to authors: add references(...)"));
    CHECK_THROWS_AS(dal.load(std::vector<Author>(), dal::children(employees)), UsageError);
    CHECK_THROWS_WITH(dal.load(all, dal::children(books.stars)),
                      Contains("Book state no reference of stars to authors"));
    CHECK_THROWS_WITH(dal.load(dal(employees), dal::children(employees)),
                      Contains("state several references to employees: name the column"));
    CHECK_THROWS_WITH(dal.load(dal(books), dal::parent(books, genres)), Contains("Book state no reference to genres"));
    CHECK_THROWS_WITH(dal.load(all, dal::through(book_genres, genres)),
                      Contains("BookGenre state no reference to authors"));
}

STRATA_DB_TEST("every level keeps to the filters of its database", "[dal][relations][filters]") {
    (void)db;
    core::EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    const core::Engine engine(db.url(), options);
    create_tables(engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(std::vector<Genre>{{.name = "folk"}, {.name = "jazz"}});
    const auto of = [&](std::int32_t tenant) {
        return dal.filtered(authors.tenant == tenant)
            .filtered(books.tenant == tenant)
            .filtered(book_genres.tenant == tenant)
            .filtered(books.deleted_at.is_null());
    };
    // One author and one book of each tenant, and links across them that the foreign keys allow.
    const Author ada = of(1).insert(Author{.name = "ada"});
    const Author eve = of(2).insert(Author{.name = "eve"});
    const Book aria = of(1).insert(Book{.title = "Aria", .author_id = ada.id});
    of(1).insert(Book{.title = "gone", .author_id = ada.id, .deleted_at = TimestampTz(0)});
    const Book ballad = of(2).insert(Book{.title = "Ballad", .author_id = ada.id});
    of(2).insert(Book{.title = "Canon", .author_id = eve.id});
    of(1).insert(Book{.title = "Dirge", .author_id = eve.id});
    of(1).insert(BookGenre{.book_id = aria.id, .genre_id = 1});
    of(2).insert(BookGenre{.book_id = aria.id, .genre_id = 2});

    for (int again = 0; again < 2; ++again) {
        for (const auto& books_here : {books_of.order_by(books.title), books_of.order_by(books.title).limit(9)}) {
            const auto first = of(1).load(of(1)(authors), books_here.with(genres_of, author_of));
            REQUIRE(first.size() == 1);
            REQUIRE(std::get<1>(first[0]).size() == 1);
            const auto& [book, its_genres, its_author] = std::get<1>(first[0])[0];
            CHECK(book.title == "Aria");
            CHECK(names(its_genres) == Titles{"folk"});
            CHECK(its_author->name == "ada");
            const auto second = of(2).load(of(2)(authors), books_here);
            REQUIRE(second.size() == 1);
            CHECK(titles(std::get<1>(second[0])) == Titles{"Canon"});
        }
        // The author of the other tenant's row is not theirs to see, and neither are the books of a given row.
        CHECK(!std::get<1>(of(2).load(ballad, author_of)));
        CHECK(titles(std::get<1>(of(2).load(ada, books_of))) == Titles{"Ballad"});
        CHECK(names(std::get<1>(of(2).load(aria, genres_of.limit(5)))) == Titles{"jazz"});
        CHECK(!std::get<1>(of(2).load(ballad, author_of.order_by(authors.name))));
        CHECK(std::get<1>(dal.load(ada, books_of)).size() == 3);
    }
}

STRATA_DB_TEST("a transaction loads what it has written", "[dal][relations]") {
    const Recorded run(db);
    run.dal.transaction([](dal::Transaction& tx) {
        tx.insert(Book{.title = "Fugue", .author_id = 3});
        const auto loaded = tx.load(tx(authors).order_by(authors.id), books_of);
        CHECK(titles(std::get<1>(loaded[2])) == Titles{"Fugue"});
    });
}

STRATA_DB_TEST("a thousand rows with ten children each take two statements", "[dal][relations]") {
    Recorded run(db);
    run.dal(dal::all(book_genres)).remove();
    run.dal(dal::all(books)).remove();
    run.dal(dal::all(authors)).remove();
    std::vector<Author> many;
    for (int i = 0; i < 1000; ++i) many.push_back({.name = "author " + std::to_string(i)});
    const std::vector<Author> stored = run.dal.insert_many_returning(many);
    std::vector<Book> theirs;
    for (int i = 0; i < 10'000; ++i)
        theirs.push_back({.title = std::to_string(i), .author_id = stored[static_cast<std::size_t>(i % 1000)].id});
    run.dal.insert_many(theirs);

    run.statements.clear();
    const auto loaded = run.dal.load(run.dal(authors).order_by(authors.id), books_of.order_by(books.id));
    CHECK(run.statements.size() == 2);
    REQUIRE(loaded.size() == 1000);
    std::size_t right = 0;
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        const auto& [author, its] = loaded[i];
        if (its.size() != 10) continue;
        for (std::size_t k = 0; k < its.size(); ++k)
            if (its[k].author_id == author.id && its[k].title == std::to_string(k * 1000 + i)) ++right;
    }
    CHECK(right == 10'000);
}
