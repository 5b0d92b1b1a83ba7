// Rules of models: on demand and before each write.

#include "support/row_models.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/structs.hpp>
#include <strata/dal/validate.hpp>

using namespace rows_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace rows_test {

/// Each rule by itself.
struct Thing {
    std::int64_t id{};
    std::string name{};
    std::vector<std::string> tags{};
    strata::Bytes data{};
    std::optional<double> weight{};
    std::optional<std::int64_t> owner{};
    std::string word{};
    strata::TimestampTz at{};
};
STRATA_MODEL(Thing, things, id, name, tags, data, weight, owner, word, at)
STRATA_RULES(things, length(things.name, 2, 3), length(things.tags, 1, 2), length(things.data, 0, 4),
             range(things.weight, 0.5, 2), required(things.owner), pattern(things.word, "^.$"),
             at_most(things.at, strata::TimestampTz::parse("2030-01-01")),
             custom("unlike", "name and word must differ", [](const Thing& row) { return row.name != row.word; }))

struct Broken {
    std::int64_t id{};
    std::string name{};
};
STRATA_MODEL(Broken, broken_rows, id, name)
STRATA_RULES(broken_rows, pattern(broken_rows.name, "(secret"))

Thing thing() {
    Thing made;
    made.name = "ab";
    made.tags = {"x"};
    made.owner = 1;
    made.word = "w";
    return made;
}

}  // namespace rows_test

TEST_CASE("validate() reports everything that is wrong with a row at once", "[dal][validation]") {
    CHECK(dal::validate(good_member()).empty());
    Member member = good_member();
    member.email = std::string(50, 'x');
    member.phone = "";
    member.age = -1;
    member.colour = Colour::dark_blue;
    member.fee = Decimal::parse("12345");
    member.left = Date(2019, 12, 31);
    const Violations violations = dal::validate(member);
    CHECK(faults(violations) == Faults{"email too_long", "email too_long", "email pattern", "phone empty",
                                       "age too_small", "colour not_one_of", "fee too_many_digits",
                                       "left ends_before_start"});
    CHECK(violations[0].limits == std::vector<Limit>{{"max", "40"}});
    CHECK(violations[1].limits == std::vector<Limit>{{"max", "30"}});
    CHECK(violations[4].message == "must be at least 0");
    CHECK(violations[4].limits == std::vector<Limit>{{"min", "0"}});
    CHECK(violations[5].limits == std::vector<Limit>{{"choices", "red, green"}});
    CHECK(violations[7].message == "must not be before joined");
    CHECK_THROWS_AS(dal::require_valid(member), ValidationError);
}

TEST_CASE("each rule holds at its limits and not past them", "[dal][validation]") {
    CHECK(dal::validate(thing()).empty());
    const auto of = [](auto change) {
        Thing changed = thing();
        change(changed);
        return faults(dal::validate(changed));
    };
    CHECK(of([](Thing& row) { row.name = "\xC3\xA9"; }) == Faults{"name too_short"});  // characters, not bytes
    CHECK(of([](Thing& row) { row.name = "\xC3\xA9\xC3\xA9\xC3\xA9"; }) == Faults{});
    CHECK(of([](Thing& row) { row.name = "abcd"; }) == Faults{"name too_long"});
    CHECK(of([](Thing& row) { row.tags = {}; }) == Faults{"tags too_short"});
    CHECK(of([](Thing& row) { row.tags = {"a", "b", "c"}; }) == Faults{"tags too_long"});
    CHECK(of([](Thing& row) { row.data.resize(5); }) == Faults{"data too_long"});
    CHECK(of([](Thing& row) { row.weight = 0.5; }) == Faults{});
    CHECK(of([](Thing& row) { row.weight = 2.0001; }) == Faults{"weight too_large"});
    CHECK(of([](Thing& row) { row.owner.reset(); }) == Faults{"owner null"});
    CHECK(of([](Thing& row) { row.word = "\xF0\x9F\x8E\xB5"; }) == Faults{});  // one character to the pattern
    CHECK(of([](Thing& row) { row.word = "w\nx"; }) == Faults{"word pattern"});
    CHECK(of([](Thing& row) { row.word = "w\n"; }) == Faults{"word pattern"});
    CHECK(of([](Thing& row) { row.word = "\xFF"; }) == Faults{"word pattern"});
    CHECK(of([](Thing& row) { row.at = TimestampTz::parse("2030-01-01 00:00:00.000001"); }) == Faults{"at too_large"});
    CHECK(of([](Thing& row) { row.name = row.word = "ab"; }) == Faults{"word pattern", " unlike"});
    CHECK(of([](Thing& row) { row.weight = std::numeric_limits<double>::quiet_NaN(); }) == Faults{"weight value"});
}

TEST_CASE("a pattern that is none is an error of its model", "[dal][validation]") {
    CHECK_THROWS_WITH(dal::validate(Broken{}), Contains("model Broken") && Contains("not a regular expression"));
}

TEST_CASE("an input struct has the rules of the model that it names", "[dal][validation]") {
    const NewMember input{.email = "x", .age = 200, .fee = Decimal(1), .joined = Date(2020, 1, 1), .phone = ""};
    CHECK(faults(dal::validate(input)) == Faults{"email too_short", "email pattern", "age too_large", "phone empty"});
    MemberPatch patch;
    CHECK(dal::validate(patch).empty());
    patch.email = "x";
    CHECK(faults(dal::validate(patch)) == Faults{"email too_short", "email pattern"});
}

STRATA_DB_TEST("a row that breaks rules is not written, whatever the verb", "[dal][validation]") {
    const dal::Database dal = rows_test::connected(db);
    Member member = dal.insert(good_member());
    Member bad = member;
    bad.age = 151;
    bad.email = "nobody";
    const Faults both{"email pattern", "age too_large"};
    CHECK(faults_of([&] { (void)dal.insert(bad); }) == both);
    CHECK(faults_of([&] { (void)dal.insert(bad, {.keep_keys = true}); }) == both);
    CHECK(faults_of([&] { dal.insert_in_place(bad); }) == both);
    CHECK(faults_of([&] { (void)dal.update(bad); }) == both);
    CHECK(faults_of([&] { (void)dal.insert_many_returning(std::vector{good_member(), bad}); }) == both);
    CHECK(faults_of([&] { (void)dal.insert_into(members, members.email = "nobody", members.age = 151); }) == both);
    CHECK(faults_of([&] { dal(dal::all(members)).update(members.email = "nobody", members.age = 151); }) == both);
    CHECK(faults_of([&] { (void)dal.patch(members, member.id, MemberPatch{.email = "nobody", .age = 151}); }) == both);
    CHECK(db.shell("SELECT count(*), max(age) FROM members") == "1|36");
    CHECK(dal(dal::all(members)).update(members.age = members.age + 1) == 1);  // of an expression nothing is known
}

STRATA_DB_TEST("insert_many names every row that breaks a rule, and inserts none", "[dal][validation]") {
    const dal::Database dal = rows_test::connected(db);
    std::vector<Member> rows(5, good_member());
    rows[1].age = -1;
    rows[3].email = "x@y";
    rows[4].left = Date(2019, 1, 1);
    CHECK(faults_of([&] { dal.insert_many(rows); }) ==
          Faults{"[1].age too_small", "[3].email too_short", "[4].left ends_before_start"});
    CHECK(db.shell("SELECT count(*) FROM members") == "0");
    CHECK(faults_of([&] { dal.insert_many(std::vector<Member>(500, rows[1])); }).size() == 100);
}

STRATA_DB_TEST("a patch that breaks a rule about the whole row is taken back", "[dal][validation]") {
    const dal::Database dal = rows_test::connected(db);
    const Member member = dal.insert(good_member());
    CHECK(faults_of([&] { (void)dal.patch(members, member.id, MemberPatch{.left = Date(2019, 1, 1)}); }) ==
          Faults{"left ends_before_start"});
    CHECK(dal.get(members, member.id)->left == Date(2021, 1, 1));
    dal.transaction([&](dal::Transaction& tx) {
        CHECK_THROWS_AS(tx.patch(members, member.id, MemberPatch{.left = Date(2019, 1, 1)}), ValidationError);
        CHECK(tx.patch(members, member.id, MemberPatch{.left = Date(2022, 1, 1)}).left == Date(2022, 1, 1));
    });
    CHECK(dal.get(members, member.id)->left == Date(2022, 1, 1));
}

STRATA_DB_TEST("a ValidationError is a ValueError and holds no value", "[dal][validation]") {
    const dal::Database dal = rows_test::connected(db);
    Member bad = good_member();
    bad.email = "topsecret";
    CHECK_THROWS_AS(dal.insert(bad), ValueError);
    CHECK_THROWS_WITH(dal.insert(bad), "a value is refused: email must match the pattern ^[^@]+@[^@]+$");
}
