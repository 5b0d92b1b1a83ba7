// JSON documents and arrays: read in queries and changed by updates.

#include "support/expression_models.hpp"

#include <strata/dal/arrays.hpp>
#include <strata/dal/json_functions.hpp>

using namespace expression_test;
using namespace strata;

namespace {

Json parsed(const char* text) { return boost::json::parse(text); }

}  // namespace

STRATA_DB_TEST("values are read out of a JSON document by their path", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto attrs = dal::json(items.attrs);
    using Texts = std::vector<std::optional<std::string>>;
    CHECK(each(dal, attrs.at("color").as<std::string>()) == Texts{"red", "blue", std::nullopt, std::nullopt});
    CHECK(each(dal, attrs["in"]["a"].as<std::string>()) == Texts{"b", std::nullopt, std::nullopt, std::nullopt});
    CHECK(each(dal, attrs.at("n").as<std::string>()) == Texts{"5", "7", std::nullopt, std::nullopt});
    CHECK(each(dal, attrs.at("ok").as<std::string>()) == Texts{"true", std::nullopt, std::nullopt, std::nullopt});
    CHECK(of(dal, 1, attrs.at("none").as<std::string>()) == std::nullopt);
    CHECK(of(dal, 1, attrs.at("list").at(1).as<std::string>()) == "two");
    CHECK(of(dal, 1, attrs["list"][2]["k"].as<std::int64_t>()) == 3);
    CHECK(of(dal, 1, attrs["list"][-1]["k"].as<std::int64_t>()) == 3);
    CHECK(of(dal, 1, attrs["list"][9].as<std::int64_t>()) == std::nullopt);
    CHECK(of(dal, 3, attrs.at(0).as<std::int64_t>()) == 1);
    CHECK(of(dal, 4, attrs.as<std::string>()) == "text");
    CHECK(each(dal, attrs.at("n").as<std::int64_t>()) ==
          std::vector<std::optional<std::int64_t>>{5, 7, std::nullopt, std::nullopt});
    CHECK(of(dal, 1, attrs.at("x").as<double>()) == 1.5);
    CHECK(of(dal, 1, attrs.at("n").as<double>()) == 5.0);
    CHECK(of(dal, 1, attrs.at("x").as<Decimal>()) == decimal("1.5"));
    CHECK(of(dal, 1, attrs.at("ok").as<bool>()) == true);
    CHECK(of(dal, 1, attrs.at("x").as<std::int64_t>()) == std::nullopt);      // a fraction
    CHECK(of(dal, 1, attrs.at("color").as<std::int64_t>()) == std::nullopt);  // of another kind
    CHECK(of(dal, 1, attrs.at("color").as<double>()) == std::nullopt);
    CHECK(of(dal, 1, attrs.at("n").as<bool>()) == std::nullopt);
    CHECK(of(dal, 1, attrs.at("in").as<Json>()) == parsed(R"({"a":"b"})"));
    CHECK(of(dal, 1, attrs.at("none").as<Json>()) == parsed("null"));
    CHECK(of(dal, 1, attrs.at("absent").as<Json>()) == std::nullopt);
    CHECK(of(dal, 1, attrs.at("color").as<Json>()) == parsed(R"("red")"));
    CHECK(of(dal, 1, attrs.at("ok").as<Json>()) == parsed("true"));
    CHECK(dal(attrs.at("color").as<std::string>() == "red").count() == 1);
    CHECK(dal(attrs.at("n").as<std::int64_t>() > 5).count() == 1);
    CHECK(dal(attrs.at("color").as<std::string>().in({"red", "blue"})).count() == 2);
    CHECK(dal(items).order_by(attrs.at("n").as<std::int64_t>().desc().nulls_last()).first()->id == 2);
    CHECK_THROWS_AS(attrs.at("a\"b"), UsageError);
    CHECK(of(dal, 1, attrs.at("it's").exists()) == false);
    CHECK(dal.all(select(attrs.at("color").as<std::string>(), dal::count())
                      .from(items)
                      .group_by(attrs.at("color").as<std::string>()))
              .size() == 3);
}

STRATA_DB_TEST("what is in a JSON document is asked for", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto attrs = dal::json(items.attrs);
    CHECK(each(dal, attrs.at("none").exists()) == std::vector<bool>{true, false, false, false});
    CHECK(each(dal, attrs.at("none").is_json_null()) == std::vector<bool>{true, false, false, false});
    CHECK(each(dal, attrs.at("color").is_json_null()) == std::vector<bool>{false, false, false, false});
    CHECK(each(dal, attrs.type()) == std::vector<std::optional<std::string>>{"object", "object", "array", "string"});
    CHECK(of(dal, 1, attrs.at("n").type()) == "number");
    CHECK(of(dal, 1, attrs.at("x").type()) == "number");
    CHECK(of(dal, 1, attrs.at("ok").type()) == "boolean");
    CHECK(of(dal, 1, attrs.at("none").type()) == "null");
    CHECK(of(dal, 1, attrs.at("absent").type()) == std::nullopt);
    CHECK(each(dal, attrs.at("list").array_length()) ==
          std::vector<std::optional<std::int64_t>>{3, 0, std::nullopt, std::nullopt});
    CHECK(of(dal, 3, attrs.array_length()) == 3);
    const auto count = [&](const auto& condition) { return dal(condition).count(); };
    CHECK(count(attrs.contains(parsed(R"({"color":"red"})"))) == 1);
    CHECK(count(attrs.contains(parsed(R"({"n":5.0,"in":{"a":"b"}})"))) == 1);
    CHECK(count(attrs.contains(parsed(R"({"in":{}})"))) == 1);
    CHECK(count(attrs.contains(parsed("{}"))) == 2);
    CHECK(count(attrs.contains(parsed("[3,1,1]"))) == 1);
    CHECK(count(attrs.contains(2)) == 1);
    CHECK(count(attrs.contains("text")) == 1);
    CHECK(count(attrs.at("list").contains("two")) == 1);
    CHECK(count(attrs.at("list").contains(parsed(R"([{"k":3}])"))) == 1);
    CHECK(count(attrs.at("list").contains(parsed(R"({"k":3})"))) == 0);
    CHECK(count(attrs.at("none").contains(std::nullopt)) == 1);
    CHECK(count(attrs.at("ok").contains(true)) == 1);
}

STRATA_DB_TEST("a JSON document is changed in place", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto attrs = dal::json(items.attrs);
    const auto changed = [&](std::int64_t id, const auto& change) {
        dal(items.id == id).update(items.attrs = change);
        return dal.get(items, id)->attrs;
    };
    CHECK(changed(2, attrs.at("color").set("green")) == parsed(R"({"color":"green","n":7,"list":[]})"));
    CHECK(changed(2, attrs.at("n").set(8)) == parsed(R"({"color":"green","n":8,"list":[]})"));
    CHECK(changed(2, attrs.at("list").at(5).set(1.5)) == parsed(R"({"color":"green","n":8,"list":[1.5]})"));
    CHECK(changed(2, attrs.at("list").at(0).set(std::nullopt)) == parsed(R"({"color":"green","n":8,"list":[null]})"));
    CHECK(changed(2, attrs.at("list").set(parsed(R"({"deep":[true]})"))) ==
          parsed(R"({"color":"green","n":8,"list":{"deep":[true]}})"));
    CHECK(changed(2, attrs.at("list").at("deep").at(-1).set(false)) ==
          parsed(R"({"color":"green","n":8,"list":{"deep":[false]}})"));
    CHECK(changed(2, attrs.at("absent").at("key").set(1)) ==
          parsed(R"({"color":"green","n":8,"list":{"deep":[false]}})"));
    CHECK(changed(2, attrs.at("n").remove()) == parsed(R"({"color":"green","list":{"deep":[false]}})"));
    CHECK(changed(2, attrs.at("absent").remove()) == parsed(R"({"color":"green","list":{"deep":[false]}})"));
    CHECK(changed(2, attrs.merge(parsed(R"({"list":[1],"new":"it's"})"))) ==
          parsed(R"({"color":"green","list":[1],"new":"it's"})"));
    CHECK(changed(2, dal::json(attrs.at("a").set("x")).at("b").set("y")) ==
          parsed(R"({"color":"green","list":[1],"new":"it's","a":"x","b":"y"})"));
    CHECK(changed(3, attrs.at(1).remove()) == parsed("[1,3]"));
    CHECK(changed(3, attrs.at(-5).set(0)) == parsed("[0,1,3]"));
    CHECK(changed(3, attrs.at(0).set("zero")) == parsed(R"(["zero",1,3])"));
    CHECK_THROWS_AS(changed(3, attrs.at("key").set(0)), Error);
    CHECK_THROWS_AS(attrs.set(1), UsageError);
    CHECK_THROWS_AS(attrs.remove(), UsageError);
    CHECK(dal.get(items, 1)->attrs.as_object().at("color") == "red");
}

STRATA_DB_TEST("arrays are compared by their elements", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    const auto ids = [&](const auto& condition) {
        return dal.all(select(items.id).from(items).where(condition).order_by(items.id));
    };
    using Ids = std::vector<std::int64_t>;
    CHECK(ids(dal::array_contains(items.tags, {"rock"})) == Ids{1, 4});
    CHECK(ids(dal::array_contains(items.tags, {"pop", "rock"})) == Ids{1});
    CHECK(ids(dal::array_contains(items.tags, {"a \"quoted\", one", ""})) == Ids{4});
    CHECK(ids(dal::array_contains(items.tags, std::vector<std::string>())) == Ids{1, 2, 3, 4});
    CHECK(ids(dal::array_contained(items.tags, {"rock", "pop", "jazz"})) == Ids{1, 2, 3});
    CHECK(ids(dal::array_overlaps(items.tags, {"jazz", "pop"})) == Ids{1, 2});
    CHECK(ids(dal::array_overlaps(items.tags, std::vector<std::string>())).empty());
    CHECK(ids(dal::array_contains(items.numbers, {3, 1})) == Ids{1});
    CHECK(ids(dal::array_overlaps(items.numbers, {3, -1})) == Ids{1, 2, 4});
    CHECK(ids(dal::array_contains(items.tags, items.tags)) == Ids{1, 2, 3, 4});
    CHECK(ids(dal::array_has(items.tags, "pop")) == Ids{1});
    CHECK(ids(dal::array_has(items.numbers, 3)) == Ids{1, 2});
    CHECK(ids(!dal::array_has(items.numbers, 3)) == Ids{3, 4});
    CHECK(ids(dal::any(items.tags) == "rock") == Ids{1, 4});
    CHECK(ids(dal::any(items.numbers) == items.id) == Ids{1});
    CHECK(ids(dal::all(items.numbers) == 3) == Ids{2, 3});
    CHECK(ids(dal::all(items.tags) == "jazz") == Ids{2, 3});
    CHECK(each(dal, dal::array_length(items.tags)) == Ids{2, 1, 0, 3});
    CHECK(each(dal, dal::array_element(items.tags, 0)) ==
          std::vector<std::optional<std::string>>{"rock", "jazz", std::nullopt, "rock"});
    CHECK(each(dal, dal::array_element(items.numbers, items.id)) ==
          std::vector<std::optional<std::int32_t>>{2, std::nullopt, std::nullopt, std::nullopt});
    CHECK(dal(dal::array_element(items.numbers, 2) > 2).count() == 1);
}

STRATA_DB_TEST("arrays are changed in place", "[dal][expressions]") {
    const dal::Database dal = filled(db);
    using Texts = std::vector<std::string>;
    using Numbers = std::vector<std::int32_t>;
    const auto tags = [&](std::int64_t id, const auto& change) {
        dal(items.id == id).update(items.tags = change);
        return dal.get(items, id)->tags;
    };
    const auto numbers = [&](std::int64_t id, const auto& change) {
        dal(items.id == id).update(items.numbers = change);
        return dal.get(items, id)->numbers;
    };
    CHECK(tags(1, dal::array_append(items.tags, "it's {x}")) == Texts{"rock", "pop", "it's {x}"});
    CHECK(tags(1, dal::array_prepend("", items.tags)) == Texts{"", "rock", "pop", "it's {x}"});
    CHECK(tags(1, dal::array_remove(items.tags, "rock")) == Texts{"", "pop", "it's {x}"});
    CHECK(tags(1, dal::array_remove(items.tags, "none")) == Texts{"", "pop", "it's {x}"});
    CHECK(tags(3, dal::array_append(items.tags, "first")) == Texts{"first"});
    CHECK(tags(3, dal::array_concat(items.tags, items.tags)) == Texts{"first", "first"});
    CHECK(numbers(1, dal::array_concat(items.numbers, {4, 5})) == Numbers{1, 2, 3, 4, 5});
    CHECK(numbers(1, dal::array_remove(items.numbers, 2)) == Numbers{1, 3, 4, 5});
    CHECK(numbers(4, dal::array_prepend(0, items.numbers)) == Numbers{0, -1});
    CHECK(dal(dal::array_has(items.numbers, 5)).count() == 1);
    CHECK(dal(items.numbers == std::vector<std::int32_t>{0, -1}).count() == 1);
}

STRATA_DB_TEST("JSON and arrays are changed only in rows that filters leave", "[dal][expressions][filters]") {
    const dal::Database dal = filled(db);
    const dal::Database bonn = dal.filtered(items.shop_id == 1);
    const dal::Database kiel = dal.filtered(items.shop_id == 2);
    const auto attrs = dal::json(items.attrs);
    CHECK(bonn(dal::all(items))
              .update(items.attrs = attrs.at("seen").set(true), items.tags = dal::array_append(items.tags, "b")) == 2);
    CHECK(kiel(dal::all(items))
              .update(items.attrs = attrs.at(0).set(true), items.tags = dal::array_append(items.tags, "k")) == 1);
    CHECK(dal(attrs.at("seen").exists()).count() == 2);
    CHECK(dal(dal::array_has(items.tags, "b")).count() == 2);
    CHECK(dal(dal::array_has(items.tags, "k")).count() == 1);
    CHECK(kiel(attrs.at("seen").exists()).count() == 0);
    CHECK(kiel(dal::array_has(items.tags, "b")).count() == 0);
}
