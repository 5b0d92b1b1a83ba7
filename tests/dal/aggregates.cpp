// Aggregates with a filter, over each value once, and those that collect values.

#include "support/expression_models.hpp"

#include <strata/dal/json_functions.hpp>

using namespace expression_test;
using namespace strata;

STRATA_DB_TEST("an aggregate takes the rows of its filter", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& aggregate) { return dal.one(select(aggregate).from(items)); };
    CHECK(one(dal::count().filter(items.sold)) == 2);
    CHECK(one(dal::count(items.note).filter(items.count > 0)) == 3);
    CHECK(one(dal::sum(items.count).filter(items.note == "old")) == Decimal(6));
    CHECK(one(dal::sum(items.price).filter(items.count == 3)) == decimal("14.99"));
    CHECK(one(dal::avg(items.count).filter(items.count > 0 && items.sold)) == 3);
    CHECK(one(dal::max(items.size).filter(!items.sold)) == Size::large);
    CHECK(one(dal::min(items.wanted).filter(items.sold)) == Size::medium);
    CHECK(one(dal::max(items.wide).filter(items.id > 1)) == Decimal(2));
    CHECK(one(dal::max(items.size).filter(items.id > 99)) == std::nullopt);
    CHECK(one(dal::count().filter(items.id > 99)) == 0);
    CHECK(dal.one(select(dal::count().filter(items.sold) + dal::count().filter(items.count == 0), dal::count())
                      .from(items)) == std::tuple<std::int64_t, std::int64_t>(3, 4));
    CHECK(one(dal::count().filter(items.shop_id.in(select(shops.id).from(shops).where(shops.city == "Bonn")))) == 2);
}

STRATA_DB_TEST("an aggregate takes each value once", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& aggregate) { return dal.one(select(aggregate).from(items)); };
    CHECK(one(dal::count(items.count).distinct()) == 3);
    CHECK(one(dal::sum(items.count).distinct()) == Decimal(13));
    CHECK(one(dal::avg(items.count).distinct()) == 13 / 3.0);
    CHECK(one(dal::count(items.note).distinct().filter(items.sold)) == 1);
    CHECK(one(dal::count_distinct(items.note).filter(items.id > 1)) == 2);
}

STRATA_DB_TEST("texts are joined in an order", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& aggregate) { return dal.one(select(aggregate).from(items)); };
    const auto names = dal::string_agg(items.name, ", ");
    CHECK(one(names.order_by(items.id)) == "Lamp, lamp shade, Größe, a,b,,c");
    CHECK(one(names.order_by(items.count.desc(), items.id)) == "lamp shade, Lamp, Größe, a,b,,c");
    CHECK(one(names.order_by(items.size.desc(), items.id.desc())) == "lamp shade, Größe, a,b,,c, Lamp");
    CHECK(one(names.order_by(items.shop_id.desc(), items.id)) == "a,b,,c, Größe, Lamp, lamp shade");
    CHECK(one(names.order_by(items.shop_id, items.id)) == "Lamp, lamp shade, Größe, a,b,,c");
    CHECK(one(names.order_by(items.shop_id.asc().nulls_first(), items.id)) == "a,b,,c, Lamp, lamp shade, Größe");
    CHECK(one(dal::string_agg(items.note, "+").order_by(items.id)) == "old+new+old");
    CHECK(one(dal::string_agg(items.note, "+").distinct()) == "new+old");
    CHECK(one(names.order_by(items.id).filter(items.sold)) == "Lamp, Größe");
    CHECK(one(names.filter(items.id > 9)) == std::nullopt);
    CHECK(dal.one(select(names).from(items).where(items.id > 9)) == std::nullopt);
    const auto per_shop = select(shops.city, names.order_by(items.id))
                              .from(shops)
                              .left_join(items, items.shop_id == shops.id)
                              .group_by(shops.city)
                              .order_by(shops.city);
    CHECK(dal.all(per_shop) == std::vector<std::tuple<std::string, std::optional<std::string>>>{
                                   {"Bonn", "Lamp, lamp shade"}, {"Kiel", "Größe"}});
}

STRATA_DB_TEST("values of each kind are collected in an array", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& column) {
        return *dal.one(select(dal::array_agg(column).order_by(items.id)).from(items));
    };
    CHECK(one(items.count) == std::vector<std::int32_t>{3, 10, 3, 0});
    CHECK(one(items.name) == std::vector<std::string>{"Lamp", "lamp shade", "Größe", "a,b,,c"});
    CHECK(one(items.note) == std::vector<std::optional<std::string>>{"old", "new", "old", std::nullopt});
    CHECK(one(items.size) == std::vector<Size>{Size::small, Size::large, Size::medium, Size::small});
    CHECK(one(items.weight) == std::vector<double>{2.5, -1.5, 0.25, 0});
    CHECK(one(items.price) == std::vector<Decimal>{decimal("9.99"), decimal("0.1"), Decimal(5), Decimal(0)});
    CHECK(one(items.wide)[0] == decimal("12345678901234567.25"));
    CHECK(one(items.sold) == std::vector<std::optional<bool>>{true, false, true, false});
    CHECK(one(items.at)[0] == TimestampTz::parse("2024-01-31 23:30:15.123456"));
    CHECK(one(items.local)[3] == Timestamp::parse("1969-12-31 23:59:59.5"));
    CHECK(one(items.day)[2] == Date(2023, 12, 31));
    CHECK(one(items.key)[1] == Uuid::parse("00000000-0000-0000-0000-000000000002"));
    CHECK(*dal.one(select(dal::array_agg(items.count).distinct().filter(items.count > 0)).from(items)) ==
          std::vector<std::int32_t>{3, 10});
    CHECK(dal.one(select(dal::array_agg(items.count)).from(items).where(items.id > 9)) == std::nullopt);
}

STRATA_DB_TEST("values are collected in a JSON document", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& aggregate) { return *dal.one(select(aggregate).from(items)); };
    const auto is = [](const char* text) { return boost::json::parse(text); };
    CHECK(one(dal::json_agg(items.note).order_by(items.id)) == is(R"(["old","new","old",null])"));
    CHECK(one(dal::json_agg(items.sold).order_by(items.id)) == is("[true,false,true,false]"));
    CHECK(one(dal::json_agg(items.count).order_by(items.count.desc(), items.id).filter(items.count > 0)) ==
          is("[10,3,3]"));
    CHECK(one(dal::json_agg(items.size).order_by(items.id)) == is(R"(["small","large","medium","small"])"));
    CHECK(
        one(dal::json_agg(dal::json_object("id", items.id, "note", items.note, "sold", items.sold, "x", 1, "in",
                                           dal::json_object("tag", "t")))
                .order_by(items.id)
                .filter(items.id > 2)) ==
        is(R"([{"id":3,"note":"old","sold":true,"x":1,"in":{"tag":"t"}},{"id":4,"note":null,"sold":false,"x":1,"in":{"tag":"t"}}])"));
    CHECK(one(dal::json_object_agg(items.name, items.count)) ==
          is(R"({"Lamp":3,"lamp shade":10,"Größe":3,"a,b,,c":0})"));
    CHECK(one(dal::json_agg(dal::json(items.attrs).at("color").as<std::string>()).order_by(items.id)) ==
          is(R"(["red","blue",null,null])"));
}

STRATA_DB_TEST("conditions and spreads are aggregated", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto one = [&](const auto& aggregate) { return dal.one(select(aggregate).from(items)); };
    CHECK(one(dal::bool_and(items.count >= 0)) == true);
    CHECK(one(dal::bool_and(items.sold)) == false);
    CHECK(one(dal::bool_or(items.sold)) == true);
    CHECK(one(dal::bool_or(items.note == "x")) == false);
    CHECK(one(dal::bool_and(items.note == "old").filter(items.id != 2)) == true);
    CHECK(one(dal::bool_or(items.sold).filter(items.id > 9)) == std::nullopt);
    CHECK(*one(dal::variance(items.count)) == Approx(18));
    CHECK(*one(dal::stddev(items.price)) == Approx(4.7568573309));
    CHECK(one(dal::stddev(items.count).filter(items.id == 1)) == std::nullopt);
}

STRATA_DB_TEST("aggregates see only the rows that filters leave", "[dal][expressions][filters]") {
    const dal::Database dal = filled(db);
    const dal::Database bonn = dal.filtered(items.shop_id == 1);
    const dal::Database kiel = dal.filtered(items.shop_id == 2);
    const auto names = select(dal::string_agg(items.name, ",").order_by(items.id).filter(items.count > 0)).from(items);
    for (int i = 0; i < 2; ++i) {
        CHECK(bonn.one(names) == "Lamp,lamp shade");
        CHECK(kiel.one(names) == "Größe");
        CHECK(bonn.one(select(dal::count().filter(items.sold)).from(items)) == 1);
    }
}
