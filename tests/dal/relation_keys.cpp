// Keys of relations of each type that a column has. The same on both databases.

#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/dal/relations.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>

using namespace strata;

namespace relation_keys_test {

enum class Shade { light, dark };
BOOST_DESCRIBE_ENUM(Shade, light, dark)

/// A row with a column of each type, and what a link table refers to it by.
struct Node {
    std::int64_t id{};
    bool flag{};
    std::int16_t small{};
    double weight{};
    std::string name{};
    Bytes blob{};
    Decimal price{};
    Decimal wide{};
    Date day{};
    Time hour{};
    Timestamp local{};
    TimestampTz at{};
    Uuid key{};
    Shade shade{};
};
STRATA_MODEL(Node, nodes, id, flag, small, weight, name, blob, price, wide, day, hour, local, at, key, shade)
STRATA_FACTS(nodes, precision(nodes.price, 10, 2), precision(nodes.wide, 30, 10))

struct Link {
    std::int64_t id{};
    std::int64_t target{};
    std::optional<bool> flag{};
    std::optional<std::int64_t> small{};
    std::optional<double> weight{};
    std::optional<std::string> name{};
    std::optional<Bytes> blob{};
    std::optional<Decimal> price{};
    std::optional<Decimal> wide{};
    std::optional<Date> day{};
    std::optional<Time> hour{};
    std::optional<Timestamp> local{};
    std::optional<TimestampTz> at{};
    std::optional<Uuid> key{};
    std::optional<Shade> shade{};
};
STRATA_MODEL(Link, links, id, target, flag, small, weight, name, blob, price, wide, day, hour, local, at, key, shade)
STRATA_FACTS(links, precision(links.price, 10, 2), precision(links.wide, 30, 10))

struct Target {
    std::int64_t id{};
    std::string text{};
};
STRATA_MODEL(Target, targets, id, text)

}  // namespace relation_keys_test

using namespace relation_keys_test;

namespace {

Node node(bool second) {
    const auto byte = [](int value) { return static_cast<std::byte>(value); };
    Node made;
    made.flag = second;
    made.small = second ? 2 : -1;
    made.weight = second ? 1.5 : 0.1;
    made.name = second ? "it's: \"1\",2" : "ümlaut";
    made.blob = second ? Bytes{byte(0), byte(255)} : Bytes{byte(7)};
    made.price = Decimal::parse(second ? "1.50" : "-2");
    made.wide = Decimal::parse(second ? "12345678901234567890.5" : "0.0000000001");
    made.day = second ? Date(2026, 11, 27) : Date(1, 1, 1);
    made.hour = second ? Time(23, 59, 59, 999'999) : Time(0, 0);
    made.local = Timestamp(made.day, made.hour);
    made.at = TimestampTz(second ? 1'700'000'000'123'456 : -1);
    made.key = Uuid::parse(second ? "00000000-0000-4000-8000-0000000000ff" : "7f000000-0000-4000-8000-000000000001");
    made.shade = second ? Shade::dark : Shade::light;
    return made;
}

Link link_of(const Node& to) {
    return {.target = to.flag ? 2 : 1,
            .flag = to.flag,
            .small = to.small,
            .weight = to.weight,
            .name = to.name,
            .blob = to.blob,
            .price = to.price,
            .wide = to.wide,
            .day = to.day,
            .hour = to.hour,
            .local = to.local,
            .at = to.at,
            .key = to.key,
            .shade = to.shade};
}

/// Each way of going from a row to another one by the two columns.
template <class Own, class Matched>
void check_key(const dal::Database& dal, const char* what, const Own& own, const Matched& matched) {
    INFO(what);
    const auto all = dal(nodes).order_by(nodes.id);
    const auto direct = dal.load(all, dal::has_many(own, matched));
    const auto linked = dal.load(all, dal::many_to_many(own, matched, links.target, targets.id));
    const auto first =
        dal.load(all, dal::many_to_many(own, matched, links.target, targets.id).order_by(targets.text).limit(1));
    const auto back = dal.load(dal(links).order_by(links.id), dal::belongs_to(matched, own));
    for (std::size_t i = 0; i < 2; ++i) {
        REQUIRE(std::get<1>(direct[i]).size() == 1);
        CHECK(std::get<1>(direct[i])[0].target == static_cast<std::int64_t>(i) + 1);
        REQUIRE(std::get<1>(linked[i]).size() == 1);
        CHECK(std::get<1>(linked[i])[0].text == (i == 0 ? "one" : "two"));
        REQUIRE(std::get<1>(first[i]).size() == 1);
        CHECK(std::get<1>(first[i])[0].id == std::get<1>(linked[i])[0].id);
        REQUIRE(std::get<1>(back[i]));
        CHECK(std::get<1>(back[i])->id == static_cast<std::int64_t>(i) + 1);
    }
    CHECK(!std::get<1>(back[2]));
}

}  // namespace

STRATA_DB_TEST("a relation's key is of any type that a column has", "[dal][relations]") {
    using schema::table;
    const core::Engine engine(db.url());
    schema::create_all(schema::MetaData{table(nodes), table(links), table(targets)}, engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(std::vector<Node>{node(false), node(true)});
    dal.insert_many(std::vector<Link>{link_of(node(false)), link_of(node(true)), {.target = 1}});
    dal.insert_many(std::vector<Target>{{.text = "one"}, {.text = "two"}});

    check_key(dal, "flag", nodes.flag, links.flag);
    check_key(dal, "small", nodes.small, links.small);
    check_key(dal, "weight", nodes.weight, links.weight);
    check_key(dal, "name", nodes.name, links.name);
    check_key(dal, "blob", nodes.blob, links.blob);
    check_key(dal, "price", nodes.price, links.price);
    check_key(dal, "wide", nodes.wide, links.wide);
    check_key(dal, "day", nodes.day, links.day);
    check_key(dal, "hour", nodes.hour, links.hour);
    check_key(dal, "local", nodes.local, links.local);
    check_key(dal, "at", nodes.at, links.at);
    check_key(dal, "key", nodes.key, links.key);
    check_key(dal, "shade", nodes.shade, links.shade);
    check_key(dal, "several", dal::columns(nodes.small, nodes.name, nodes.weight, nodes.key, nodes.at, nodes.shade),
              dal::columns(links.small, links.name, links.weight, links.key, links.at, links.shade));
}

STRATA_DB_TEST("keys that a collation holds for equal are refused, and not lost", "[dal][relations]") {
    using schema::table;
    const core::Engine engine(db.url());
    schema::create_all(schema::MetaData{table(nodes), table(links), table(targets)}, engine);
    if (db.is_sqlite()) {
        db.shell("ALTER TABLE links DROP COLUMN name; ALTER TABLE links ADD COLUMN name TEXT COLLATE NOCASE");
    } else {
        db.shell(
            "CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false); "
            "ALTER TABLE links ALTER COLUMN name TYPE text COLLATE folded");
    }
    const dal::Database dal = dal::connect(engine);
    dal.insert(node(true));
    dal.insert_into(links, links.target = 1, links.name = "IT'S: \"1\",2");
    CHECK_THROWS_WITH(dal.load(dal(nodes), dal::has_many(nodes.name, links.name)),
                      Catch::Matchers::Contains("keys of links and nodes for equal that differ"));
}
