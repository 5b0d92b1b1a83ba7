// Expressions in the database's own words: raw() and function().

#include "support/expression_models.hpp"

#include <strata/dal/raw.hpp>

using namespace expression_test;
using namespace strata;

STRATA_DB_TEST("a raw expression stands anywhere in a typed query, with its values bound", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto count = [&](const auto& condition) { return dal(items).where(condition).count(); };
    CHECK(count(raw<bool>("name = ?", "Lamp")) == 1);
    CHECK(count(raw<bool>("name = ?", "x' OR 'a' = 'a")) == 0);
    CHECK(count(raw<bool>("name = ? OR name = ?", "Lamp", std::string("Größe")) && items.count == 3) == 2);
    CHECK(count(!raw<bool>("name = 'Lamp' OR count = ?", 10)) == 2);
    CHECK(count(raw<bool>("? = ?", items.count, 3)) == 2);
    CHECK(count(raw<bool>("? > ?", items.price + items.price, decimal("9.5"))) == 2);
    CHECK(count(raw<bool>("'it''s (; -- ?' <> ?", "x")) == 4);
    CHECK(each(dal, raw<std::int64_t>("length(?) + ?", items.name, 100)) ==
          std::vector<std::int64_t>{104, 110, 105, 106});
    CHECK(each(dal, raw<std::optional<std::string>>("upper(?)", items.note)) ==
          std::vector<std::optional<std::string>>{"OLD", "NEW", "OLD", std::nullopt});
    CHECK_THROWS_AS(each(dal, raw<std::string>("upper(?)", items.note)), ValueError);
    CHECK(dal.all(select(items.id).from(items).order_by(raw<std::int64_t>("- ?", items.count), items.id)) ==
          std::vector<std::int64_t>{2, 1, 3, 4});
    dal(items.id == 1).update(items.count = raw<std::int32_t>("count * ?", 2));
    CHECK(of(dal, 1, items.count) == 6);
    CHECK(count(raw<bool>("? IS NULL", std::nullopt)) == 4);
    CHECK(of(dal, 1, raw<bool>("? = ?", items.sold, true)));
    CHECK(of(dal, 1, raw<bool>("? = ?", items.at, TimestampTz::parse("2024-01-31 23:30:15.123456"))));
    CHECK(of(dal, 1, raw<bool>("? < ?", items.day, Date::parse("2024-02-01"))));
    CHECK(of(dal, 1, raw<bool>("? = ?", items.size, Size::small)));
    CHECK(count(raw<bool>("? IN (SELECT id FROM shops WHERE city = ?)", items.shop_id, "Kiel")) == 1);
}

STRATA_DB_TEST("a raw expression is grouped and ordered by, its values repeated", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto more = raw<std::int64_t>("count + ?", 1);
    CHECK(dal.all(select(more, dal::count()).from(items).group_by(more).order_by(more)) ==
          std::vector<std::tuple<std::int64_t, std::int64_t>>{{1, 1}, {4, 2}, {11, 1}});
    CHECK(dal.all(select(raw<std::int64_t>("sum(? * ?)", items.count, 2)).from(items)) ==
          std::vector<std::int64_t>{32});
}

STRATA_DB_TEST("statements differ by the text of a raw expression, not by where it is", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    std::string text = "count = ?";
    for (int i = 0; i < 3; ++i) {
        CHECK(dal(items).where(raw<bool>(unchecked(text), 3)).count() == 2);
        text = "count > ?";
        CHECK(dal(items).where(raw<bool>(unchecked(text), 3)).count() == 1);
        text = "count = ?";
    }
    CHECK(dal(items).where(raw<bool>("count = 3")).count() == 2);
    CHECK(dal(items).where(raw<bool>("count = 10")).count() == 1);
    CHECK(dal(items).where(raw<bool>("count = 100")).count() == 0);
}

STRATA_DB_TEST("a raw expression has a text for each database", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto color = raw<std::optional<std::string>>(
        {.sqlite = "json_extract(attrs, '$.' || ?)", .postgresql = "attrs ->> ?"}, "color");
    CHECK(each(dal, color) == std::vector<std::optional<std::string>>{"red", "blue", std::nullopt, std::nullopt});
    CHECK(dal(items).where(color == "red").count() == 1);
    CHECK(dal(items)
              .where(raw<bool>({.sqlite = "json_type(attrs, '$.n') IS NOT NULL", .postgresql = "attrs ?? 'n'"}))
              .count() == 2);
}

STRATA_DB_TEST("a raw text made at run time is checked as the compiler checks a literal", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    for (const char* const text :
         {"", "count = 3; DROP TABLE items", "count = 3 -- x", "count /* x */ = 3", "count = 3)", "(count = 3", "'a",
          "count = $1", "count = :name", "name = E'a\\'b'", "a[1)", "count = \x01"}) {
        CHECK_THROWS_AS(raw<bool>(unchecked(text)), UsageError);
    }
    CHECK_THROWS_WITH(raw<bool>(unchecked("count = ?")),
                      "the text of a raw expression has 1 placeholders but 0 values are given");
    CHECK(dal(items).where(raw<bool>(unchecked("count = ?"), 3)).count() == 2);
}

STRATA_DB_TEST("any function is called by its name", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    CHECK(each(dal, dal::function<std::int64_t>("abs", items.count - 5)) == std::vector<std::int64_t>{2, 5, 2, 5});
    CHECK(each(dal, dal::function<std::string>("replace", items.name, "amp", "ark")) ==
          std::vector<std::string>{"Lark", "lark shade", "Größe", "a,b,,c"});
    CHECK(dal(dal::function<std::int64_t>("length", items.name) > 5).count() == 2);
    CHECK(dal.one(select(dal::function<std::int64_t>("max", items.count)).from(items)) == 10);
    CHECK_THROWS_AS(each(dal, dal::function<bool>("noSuchFunction", items.id)), Error);
}

STRATA_DB_TEST("raw expressions see only the rows that filters leave", "[dal][expressions][filters]") {
    const dal::Database dal = filled(db);
    const auto raw_count = [](const dal::Database& of_shop) {
        return of_shop(items).where(raw<bool>("count >= ? OR ? > 0", 0, items.id)).count();
    };
    const dal::Database bonn = dal.filtered(items.shop_id == 1);
    const dal::Database kiel = dal.filtered(items.shop_id == 2);
    for (int i = 0; i < 2; ++i) {
        CHECK(raw_count(bonn) == 2);
        CHECK(raw_count(kiel) == 1);
        CHECK(raw_count(dal) == 4);
        CHECK(kiel.one(select(dal::function<std::int64_t>("max", items.count)).from(items)) == 3);
    }
    const dal::Database even = dal.filtered(raw<bool>("? % 2 = ?", items.id, 0));
    CHECK(even(items).count() == 2);
    CHECK(even(raw<bool>("? > ?", items.id, 2)).count() == 1);
    CHECK(!even.get(items, 1));
    CHECK_THROWS_AS(kiel(dal::all(items)).update(items.count = raw<std::int32_t>("(SELECT count(*) FROM items)")),
                    UsageError);
    CHECK_THROWS_AS(kiel.insert_into(items, items.name = raw<std::string>("(SELECT max(name) FROM items)")),
                    UsageError);
    bonn(items).where(raw<bool>("count > ?", 0)).update(items.count = raw<std::int32_t>("count + 100"));
    CHECK(each(dal, items.count) == std::vector<std::int32_t>{103, 110, 3, 0});
    CHECK_THROWS_WITH(
        kiel(items).where(raw<bool>("id IN (SELECT id FROM items)")).count(),
        "a raw expression with a query of its own is refused on a filtered database, whose filters it would "
        "not have");
    CHECK(kiel(items).where(raw<bool>("name <> 'select' AND count <> ?", 77)).count() == 1);
}
