#pragma once

#include "support/database.hpp"

#include <strata/dal.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

/// A model with a column of each kind, for the tests of expressions.
namespace expression_test {

/// Alphabetical order is another one.
enum class Size { small, medium, large };
BOOST_DESCRIBE_ENUM(Size, small, medium, large)

struct Shop {
    std::int64_t id{};
    std::string city{};
};
STRATA_MODEL(Shop, shops, id, city)

struct Item {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> note{};
    Size size{};
    std::optional<Size> wanted{};
    std::int32_t count{};
    std::optional<std::int64_t> shop_id{};
    double weight{};
    strata::Decimal price{};
    strata::Decimal wide{};
    bool sold{};
    strata::TimestampTz at{};
    strata::Timestamp local{};
    strata::Date day{};
    strata::Uuid key{};
    strata::Json attrs{};
    std::vector<std::string> tags{};
    std::vector<std::int32_t> numbers{};
};
STRATA_MODEL(Item, items, id, name, note, size, wanted, count, shop_id, weight, price, wide, sold, at, local, day, key,
             attrs, tags, numbers)
STRATA_FACTS(items, precision(items.price, 10, 2), precision(items.wide, 30, 10))

inline strata::Decimal decimal(const char* text) { return strata::Decimal::parse(text); }

/// The tables with four items: what can be NULL is so in the last one.
inline strata::dal::Database filled(const strata::test::TestDatabase& database) {
    using namespace strata;  // NOLINT(google-build-using-namespace)
    const Engine engine(database.url());
    schema::create_all(schema::MetaData{schema::table(shops), schema::table(items)}, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(std::vector<Shop>{{.city = "Bonn"}, {.city = "Kiel"}});
    dal.insert_many(std::vector<Item>{
        {.name = "Lamp",
         .note = "old",
         .size = Size::small,
         .wanted = Size::large,
         .count = 3,
         .shop_id = 1,
         .weight = 2.5,
         .price = decimal("9.99"),
         .wide = decimal("12345678901234567.25"),
         .sold = true,
         .at = TimestampTz::parse("2024-01-31 23:30:15.123456"),
         .local = Timestamp::parse("2024-01-31 23:30:15.123456"),
         .day = Date::parse("2024-01-31"),
         .key = Uuid::parse("00000000-0000-0000-0000-000000000001"),
         .attrs = boost::json::parse(
             R"({"color":"red","n":5,"x":1.5,"ok":true,"none":null,"list":[1,"two",{"k":3}],"in":{"a":"b"}})"),
         .tags = {"rock", "pop"},
         .numbers = {1, 2, 3}},
        {.name = "lamp shade",
         .note = "new",
         .size = Size::large,
         .wanted = Size::small,
         .count = 10,
         .shop_id = 1,
         .weight = -1.5,
         .price = decimal("0.10"),
         .wide = decimal("2"),
         .sold = false,
         .at = TimestampTz::parse("2024-02-29 12:00:00"),
         .local = Timestamp::parse("2024-02-29 12:00:00"),
         .day = Date::parse("2024-02-29"),
         .key = Uuid::parse("00000000-0000-0000-0000-000000000002"),
         .attrs = boost::json::parse(R"({"color":"blue","n":7,"list":[]})"),
         .tags = {"jazz"},
         .numbers = {3}},
        {.name = "Größe",
         .note = "old",
         .size = Size::medium,
         .wanted = Size::medium,
         .count = 3,
         .shop_id = 2,
         .weight = 0.25,
         .price = decimal("5.00"),
         .wide = decimal("2"),
         .sold = true,
         .at = TimestampTz::parse("2023-12-31 00:00:00"),
         .local = Timestamp::parse("2023-12-31 00:00:00"),
         .day = Date::parse("2023-12-31"),
         .key = Uuid::parse("00000000-0000-0000-0000-000000000003"),
         .attrs = boost::json::parse(R"([1,2,3])"),
         .tags = {},
         .numbers = {}},
        {.name = "a,b,,c",
         .size = Size::small,
         .count = 0,
         .weight = 0,
         .at = TimestampTz::parse("1969-12-31 23:59:59.5"),
         .local = Timestamp::parse("1969-12-31 23:59:59.5"),
         .day = Date::parse("1970-01-01"),
         .key = Uuid::parse("00000000-0000-0000-0000-000000000004"),
         .attrs = boost::json::parse(R"("text")"),
         .tags = {"rock", "a \"quoted\", one", ""},
         .numbers = {-1}}});
    return dal;
}

/// The values of an expression for each item, in their order.
template <class X>
auto each(const strata::dal::Database& dal, const X& expression) {
    return dal.all(strata::select(expression).from(items).order_by(items.id));
}
/// The value of an expression for one item.
template <class X>
auto of(const strata::dal::Database& dal, std::int64_t id, const X& expression) {
    return dal.one(strata::select(expression).from(items).where(items.id == id));
}

}  // namespace expression_test
