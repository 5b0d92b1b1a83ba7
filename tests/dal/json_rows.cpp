// JSON documents as rows: the same on both databases.

#include "support/expression_models.hpp"

#include <strata/dal/json_rows.hpp>

using namespace expression_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace {

template <class... T>
using Rows = std::vector<std::tuple<T...>>;
using Text = std::optional<std::string>;

Json parsed(const char* text) { return boost::json::parse(text); }

/// The members in the order of their keys, each as `key=value`.
std::vector<std::string> members(const dal::Database& dal, const Json& document) {
    const auto each = dal::json_each<"each">(document);
    const auto [key, value] = each.columns();
    std::vector<std::string> texts;
    for (const auto& [name, json] : dal.all(select(key, value).from(each).order_by(dal::binary(key))))
        texts.push_back(name + "=" + boost::json::serialize(json));
    return texts;
}

}  // namespace

STRATA_DB_TEST("the elements and members of a JSON value are rows, each as what it is", "[dal][json_rows]") {
    const dal::Database dal = filled(db);
    const auto elements = [&](const char* text) {
        const auto rows = dal::json_elements<"rows of a value">(parsed(text));
        const auto [value, position] = rows.columns();
        std::string all;
        for (const auto& [json, at] : dal.all(select(value, position).from(rows).order_by(position)))
            all += std::to_string(at) + ":" + boost::json::serialize(json) + " ";
        return all;
    };
    CHECK(elements(R"([1,"two",null,true,false,1.5,{"k":[3]},[],"a\"b\\","null","é"])") ==
          R"(1:1 2:"two" 3:null 4:true 5:false 6:1.5E0 7:{"k":[3]} 8:[] 9:"a\"b\\" 10:"null" 11:"é" )");
    for (const char* const none : {"[]", R"({"a":1})", "5", "null", R"("[1]")"}) CHECK(elements(none).empty());
    using Texts = std::vector<std::string>;
    CHECK(members(dal, parsed(R"({"b":null,"a":{"x":1},"":"t","a\"\\.$[0]":[1],"é":true})")) ==
          Texts{R"(="t")", R"(a={"x":1})", R"(a"\.$[0]=[1])", "b=null", "é=true"});
    for (const char* const none : {"{}", "[1,2]", "5", "null"}) CHECK(members(dal, parsed(none)).empty());
}

STRATA_DB_TEST("a JSON column is joined with its elements for each row", "[dal][json_rows]") {
    const dal::Database dal = filled(db);
    const auto list = dal::json_elements<"list">(dal::json(items.attrs).at("list"));
    const auto [value, position] = list.columns();
    const auto text = dal::json(value).as<std::string>();
    CHECK(dal.all(select(items.name, position, text).from(items).join(list).where(position < 3).order_by(position)) ==
          Rows<std::string, std::int64_t, Text>{{"Lamp", 1, "1"}, {"Lamp", 2, "two"}});
    CHECK(dal.one(select(dal::json(value).at("k").as<std::int64_t>()).from(items).join(list).where(position == 3)) ==
          3);
    const auto left = dal.all(
        select(items.id, position, dal::json(value).type()).from(items).left_join(list).order_by(items.id, position));
    CHECK(left == Rows<std::int64_t, std::optional<std::int64_t>, Text>{
                      {1, 1, "number"}, {1, 2, "string"}, {1, 3, "object"}, {2, {}, {}}, {3, {}, {}}, {4, {}, {}}});
    CHECK(dal.all(select(items.id, value).from(items).left_join(list).where(items.id == 2)) ==
          Rows<std::int64_t, std::optional<Json>>{{2, std::nullopt}});
    // The document itself, and elements of elements.
    const auto top = dal::json_elements<"top">(items.attrs);
    CHECK(dal.all(select(items.id, dal::sum(dal::json(top.column<0>()).as<std::int64_t>()))
                      .from(items)
                      .cross_join(top)
                      .group_by(items.id)) == Rows<std::int64_t, std::optional<Decimal>>{{3, Decimal(6)}});
    const auto each = dal::json_each<"each">(items.attrs);
    const auto inner = dal::json_each<"inner">(each.column<1>());
    const auto [inner_key, inner_value] = inner.columns();
    CHECK(dal.all(select(each.column<0>(), inner_key, inner_value).from(items).join(each).join(inner)) ==
          Rows<std::string, std::string, Json>{{"in", "a", "b"}});
    CHECK(dal.all(select(each.column<0>(), dal::count())
                      .from(items)
                      .join(each)
                      .where(each.column<0>() != "list")
                      .group_by(each.column<0>())
                      .having(dal::count() > 1)
                      .order_by(each.column<0>())) == Rows<std::string, std::int64_t>{{"color", 2}, {"n", 2}});
}

STRATA_DB_TEST("a condition asks the elements of a row's document, under filters too", "[dal][json_rows][filters]") {
    const dal::Database dal = filled(db);
    const auto list = dal::json_elements<"list">(dal::json(items.attrs).at("list"));
    const auto two = dal::exists(select(list.column<1>())
                                     .correlate(items)
                                     .from(list)
                                     .where(dal::json(list.column<0>()).as<std::string>() == "two"));
    CHECK(dal(two).all().size() == 1);
    CHECK(dal(!two).count() == 3);
    const dal::Database one = dal.filtered(items.shop_id == 1);
    const dal::Database other = dal.filtered(items.shop_id == 2);
    const auto top = dal::json_elements<"top">(items.attrs);
    const auto elements = select(top.column<1>()).from(items).join(top);
    for (int turn = 0; turn < 2; ++turn) {
        CHECK(one.count(elements) == 0);
        CHECK(other.count(elements) == 3);
        CHECK(one(two).count() == 1);
        CHECK(other(two).count() == 0);
    }
    CHECK(one(two).update(items.count = 77) == 1);
    CHECK(db.shell("SELECT name FROM items WHERE count = 77") == "Lamp");
    // Of a subquery that others take rows from.
    const auto tags = dal::cte<"tags">(select(items.id, top.column<0>()).from(items).join(top));
    const auto [id, tag] = tags.columns();
    CHECK(dal.all(select(items.name, tag).with(tags).from(items).join(tags, id == items.id).order_by(tag)).size() == 3);
}
