// Models and described structs to JSON and from it.

#include "support/row_models.hpp"

#include <strata/dal/json.hpp>

#include <limits>
#include <sstream>

using namespace rows_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace rows_test {

struct Extremes {
    std::int64_t low{};
    std::int64_t high{};
    std::uint8_t byte{};
    float real{};
    double infinite{};
    strata::Decimal decimal{};
    std::vector<strata::Decimal> decimals{};
    std::vector<strata::Bytes> blobs{};
    std::optional<strata::Json> document{};
};
BOOST_DESCRIBE_STRUCT(Extremes, (), (low, high, byte, real, infinite, decimal, decimals, blobs, document))

}  // namespace rows_test

TEST_CASE("a model is JSON whose members have the names that they have in C++", "[dal][json]") {
    Sample sample = full_sample();
    sample.id = 5;
    sample.text = "a \"b\"\n\xC3\xA9";
    CHECK(dal::to_json(sample) ==
          R"({"id":5,"flag":true,"small":-7,"wide":4000000000,"number":0.1,"text":"a \"b\"\u000a)"
          "\xC3\xA9"
          R"(","bytes":"AP8iCg==","price":"1234567890123456.7891","day":"2024-02-29","clock":"23:59:59.12",)"
          R"("wall":"2024-02-29T01:02:03","instant":"2024-05-01T08:00:00.25Z",)"
          R"("uuid":"123e4567-e89b-12d3-a456-426614174000","document":{"a":[1,2.5E0,"x\"y"],"b":null},)"
          R"("tags":["plain","with \"quotes\", and {braces}\\","","NULL"],"numbers":[1.5,null,-2],)"
          R"("instants":["2024-05-01T10:00:00Z"],"colour":"dark_blue","note":"","rank":null})");
}

TEST_CASE("what JSON was made of comes back from it", "[dal][json]") {
    const Sample sample = full_sample();
    const std::string json = dal::to_json(sample);
    CHECK(dal::to_json(dal::from_json<Sample>(json)) == json);

    const Extremes extremes{.low = std::numeric_limits<std::int64_t>::min(),
                            .high = std::numeric_limits<std::int64_t>::max(),
                            .byte = 255,
                            .real = 0.1F,
                            .infinite = -std::numeric_limits<double>::infinity(),
                            .decimal = Decimal::parse("12345678901234567890123456789012345678"),
                            .decimals = {Decimal::parse("0.00000000000000000000000000000000000001")},
                            .blobs = {{}, {std::byte{1}}},
                            .document = Json("text")};
    const auto back = dal::from_json<Extremes>(dal::to_json(extremes));
    CHECK(back.low == extremes.low);
    CHECK(back.high == extremes.high);
    CHECK(back.byte == 255);
    CHECK(back.real == 0.1F);
    CHECK(back.infinite == extremes.infinite);
    CHECK(back.decimal == extremes.decimal);
    CHECK(back.decimals == extremes.decimals);
    CHECK(back.blobs == extremes.blobs);
    CHECK(back.document == extremes.document);
}

TEST_CASE("a decimal may be a number in JSON, and keeps each digit of it", "[dal][json]") {
    const auto decimal = [](const std::string& text) {
        return dal::from_json<std::vector<Decimal>>("[" + text + "]").at(0);
    };
    CHECK(decimal("0.1") == Decimal::parse("0.1"));
    CHECK(decimal("1234567890123456789.0123456789") == Decimal::parse("1234567890123456789.0123456789"));
    CHECK(decimal("\"5.25\"") == Decimal::parse("5.25"));
    CHECK(decimal("1e3") == Decimal(1000));
}

TEST_CASE("structs in structs, optionals and vectors of them are JSON", "[dal][json]") {
    const Customer customer{.name = "Ada",
                            .address = {.street = "Main St"},
                            .other = Address{.street = "Side St", .zip = "123"},
                            .more = {{.street = "a"}, {.street = "b"}},
                            .grid = {{1, 2}, {}, {3}}};
    const std::string json = dal::to_json(customer);
    CHECK(json == R"({"name":"Ada","address":{"street":"Main St","zip":null},"other":{"street":"Side St","zip":"123"},)"
                  R"("more":[{"street":"a","zip":null},{"street":"b","zip":null}],"grid":[[1,2],[],[3]]})");
    CHECK(dal::to_json(dal::from_json<Customer>(json)) == json);
    CHECK(dal::from_json<std::vector<Address>>(R"([{"street":"x"}])").at(0).street == "x");
}

TEST_CASE("a patch's member is absent, NULL or a value in JSON", "[dal][json]") {
    const auto patch = dal::from_json<MemberPatch>(R"({"phone": null, "left": "2024-01-02"})");
    CHECK(patch.email.is_absent());
    CHECK((patch.phone.has_value() && !*patch.phone));
    CHECK(*patch.left == Date(2024, 1, 2));
    CHECK(!patch.age);
    CHECK(dal::to_json(patch) == R"({"phone":null,"age":null,"left":"2024-01-02"})");
    CHECK(faults(dal::parse_json<MemberPatch>(R"({"email": null})").violations) == Faults{"email null"});
}

TEST_CASE("JSON input reports all that is wrong with it at once", "[dal][json]") {
    const auto input = dal::parse_json<Customer>(
        R"({"name": 5, "address": {"zip": "1", "town": "x"}, "other": [], "more": [{"street": "a"}, {"street": null}, 7],
            "grid": [[1, "2"], 3], "name": "again"})");
    CHECK_FALSE(input);
    CHECK(faults(input.violations) == Faults{"name type", "address.town unknown", "address.street missing",
                                             "other type", "more[1].street null", "more[2] type", "grid[0][1] type",
                                             "grid[1] type", "name duplicate"});
    CHECK(input.violations[0].message == "must be a text");
}

TEST_CASE("each type says what JSON it takes, and never shows a value", "[dal][json]") {
    const std::string json =
        R"({"flag":1,"small":40000,"wide":-1,"number":"x","text":false,"bytes":"secret!","price":"secret",
        "day":"2024-02-30","clock":"25:00","wall":"secret","instant":"","uuid":"secret","document":[],"tags":["a",1],
        "numbers":[1,"2"],"instants":["2024-05-01T10:00:00Z","secret"],"colour":"secret","note":5,"rank":1.5})";
    const auto input = dal::parse_json<Sample>(json);
    CHECK(faults(input.violations) == Faults{"flag type", "small out_of_range", "wide out_of_range", "number type",
                                             "text type", "bytes format", "price format", "day format", "clock format",
                                             "wall format", "instant format", "uuid format", "tags[1] type",
                                             "numbers[1] type", "instants[1] format", "colour not_one_of", "note type",
                                             "rank type"});
    for (const Violation& violation : input.violations) CHECK_THAT(violation.message, !Contains("secret"));
    const auto error = [&] { (void)dal::from_json<Sample>(json); };
    CHECK_THROWS_AS(error(), ValidationError);
    CHECK_THROWS_WITH(error(), !Contains("secret") && Contains("18 values are refused: flag must be true or false"));
}

TEST_CASE("a model's members that the database makes may be missing from JSON, others not", "[dal][json]") {
    const auto input = dal::parse_json<Member>(R"({"email":"ada@example.org"})");
    CHECK(faults(input.violations) == Faults{"tenant_id missing", "age missing", "colour missing", "fee missing",
                                             "joined missing", "left missing", "version missing"});
}

TEST_CASE("JSON input and the rules of the model are one report", "[dal][json]") {
    const auto input = dal::parse_json<NewMember>(
        R"({"email":"no","age":"x","colour":"dark_blue","fee":"0.1","joined":"1999-12-31","left":"2001-01-01","phone":""})");
    CHECK(faults(input.violations) == Faults{"age type", "email too_short", "email pattern", "colour not_one_of",
                                             "fee too_small", "joined too_small", "phone empty"});
}

TEST_CASE("what is not one JSON document is said by line and column", "[dal][json]") {
    const auto message = [](std::string_view json) {
        const auto input = dal::parse_json<Address>(json);
        REQUIRE(input.violations.size() == 1);
        CHECK(input.violations[0].code == "json");
        return input.violations[0].message;
    };
    CHECK_THAT(message("{\"street\": \"x\",\n  zip: 1}"), Contains("line 2, column 3"));
    CHECK_THAT(message("{\"street\": \"x\""), Contains("ends before"));
    CHECK_THAT(message(""), Contains("ends before"));
    CHECK_THAT(message("{} {}"), Contains("line 1, column 4"));
    CHECK_THAT(message("{\"street\": \"\xFF\"}"), Contains("line 1"));
    CHECK_THAT(message(std::string(5000, '[')), Contains("1000 levels"));
}

TEST_CASE("text with a NUL character is refused in JSON input", "[dal][json]") {
    CHECK(faults(dal::parse_json<Address>(R"({"street":"a\u0000b"})").violations) == Faults{"street nul"});
}

TEST_CASE("text that is not UTF-8 is not written as JSON", "[dal][json]") {
    CHECK_THROWS_AS(dal::to_json(Address{.street = "\xFF"}), ValueError);
}

STRATA_DB_TEST("rows come back from the database as the JSON that they were read from", "[dal][json]") {
    const dal::Database dal = rows_test::connected(db);
    const Sample sample = full_sample();
    const Sample stored = dal.insert(dal::from_json<Sample>(dal::to_json(sample)));
    Sample expected = sample;
    expected.id = stored.id;
    CHECK(dal::to_json(dal.get(samples, stored.id).value()) == dal::to_json(expected));
}

STRATA_DB_TEST("a decimal has the digits of its column in JSON, whichever database it is from", "[dal][json]") {
    const dal::Database dal = rows_test::connected(db);
    Member member = good_member();
    for (const char* const fee : {"5", "5.5", "5.25"}) {
        member.fee = Decimal::parse(fee);
        dal.insert(member);
    }
    std::ostringstream out;
    dal::write_json(out, dal(members).order_by(members.id).all());
    CHECK_THAT(out.str(), Contains(R"("fee":"5.00")") && Contains(R"("fee":"5.50")") && Contains(R"("fee":"5.25")"));
    CHECK_THAT(dal::to_json(NewMember{.fee = Decimal(7)}), Contains(R"("fee":"7.00")"));
    member.fee = Decimal::parse("5.255");  // not stored yet
    CHECK_THAT(dal::to_json(member), Contains(R"("fee":"5.255")"));
}

STRATA_DB_TEST("rows are written to a stream as a JSON array", "[dal][json]") {
    const dal::Database dal = rows_test::connected(db);
    dal.insert_many(std::vector<Seat>{{1, "a", "Ada"}, {1, "b", std::nullopt}});
    std::ostringstream out;
    dal::write_json(out, dal(seats).order_by(seats.place).all());
    CHECK(out.str() ==
          "[\n{\"row\":1,\"place\":\"a\",\"guest\":\"Ada\"},\n{\"row\":1,\"place\":\"b\",\"guest\":null}\n]\n");
    CHECK(dal::from_json<std::vector<Seat>>(out.str()).size() == 2);
    std::ostringstream none;
    dal::write_json(none, std::vector<Seat>{});
    CHECK(none.str() == "[]\n");
    std::ostringstream broken;
    broken.setstate(std::ios::badbit);
    CHECK_THROWS_AS(dal::write_json(broken, std::vector<Seat>{{1, "a", {}}}), Error);
}
