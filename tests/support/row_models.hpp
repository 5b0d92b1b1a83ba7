#pragma once

#include "support/database.hpp"

#include <strata/core/rules.hpp>
#include <strata/dal.hpp>
#include <strata/dal/patch.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

/// Models and structs of the tests about rows that come from outside and go there.
namespace rows_test {

enum class Colour { red, green, dark_blue };
BOOST_DESCRIBE_ENUM(Colour, red, green, dark_blue)

/// A column of each type.
struct Sample {
    std::int64_t id{};
    bool flag{};
    std::int16_t small{};
    std::uint32_t wide{};
    double number{};
    std::string text{};
    strata::Bytes bytes{};
    strata::Decimal price{};
    strata::Date day{};
    strata::Time clock{};
    strata::Timestamp wall{};
    strata::TimestampTz instant{};
    strata::Uuid uuid{};
    strata::Json document{};
    std::vector<std::string> tags{};
    std::vector<std::optional<double>> numbers{};
    std::vector<strata::TimestampTz> instants{};
    Colour colour{};
    std::optional<std::string> note{};
    std::optional<std::int32_t> rank{};
};
STRATA_MODEL(Sample, samples, id, flag, small, wide, number, text, bytes, price, day, clock, wall, instant, uuid,
             document, tags, numbers, instants, colour, (note, "a note"), rank)
STRATA_FACTS(samples, precision(samples.price, 20, 4), max_length(samples.text, 200))

/// A model with rules.
struct Member {
    std::int64_t id{};
    std::int64_t tenant_id{};
    std::string email{};
    std::optional<std::string> phone{};
    std::int32_t age{};
    Colour colour{};
    strata::Decimal fee{};
    strata::Date joined{};
    strata::Date left{};
    std::int32_t version{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Member, members, id, tenant_id, (email, "e-mail"), phone, age, colour, fee, joined, left, version,
             created_at)
STRATA_FACTS(members, max_length(members.email, 40), precision(members.fee, 6, 2), version_column(members.version),
             server_default(members.created_at, now()))
STRATA_RULES(members, length(members.email, 5, 30), pattern(members.email, "^[^@]+@[^@]+$"), not_empty(members.phone),
             range(members.age, 0, 150), one_of(members.colour, {Colour::red, Colour::green}),
             at_least(members.fee, strata::Decimal::parse("0.50")), at_least(members.joined, strata::Date(2000, 1, 1)),
             custom(members.left, "ends_before_start", "must not be before joined",
                    [](const Member& member) { return member.left >= member.joined; }))

struct Address {
    std::string street{};
    std::optional<std::string> zip{};
};
BOOST_DESCRIBE_STRUCT(Address, (), (street, zip))
struct Customer {
    std::string name{};
    Address address{};
    std::optional<Address> other{};
    std::vector<Address> more{};
    std::vector<std::vector<int>> grid{};
};
BOOST_DESCRIBE_STRUCT(Customer, (), (name, address, other, more, grid))

/// What a program takes to make a member.
struct NewMember {
    using Model = Member;
    std::string email{};
    std::int16_t age{};
    Colour colour{};
    strata::Decimal fee{};
    strata::Date joined{};
    strata::Date left{};
    strata::dal::Patch<std::optional<std::string>> phone{};
};
BOOST_DESCRIBE_STRUCT(NewMember, (), (email, age, colour, fee, joined, left, phone))

struct MemberPatch {
    using Model = Member;
    strata::dal::Patch<std::string> email{};
    strata::dal::Patch<std::optional<std::string>> phone{};
    std::optional<std::int16_t> age{};
    strata::dal::Patch<strata::Date> left{};
    strata::dal::Patch<strata::Decimal> fee{};
};
BOOST_DESCRIBE_STRUCT(MemberPatch, (), (email, phone, age, left, fee))

struct MemberCard {
    std::int64_t id{};
    std::string email{};
    std::optional<std::string> phone{};
    std::int64_t age{};
};
BOOST_DESCRIBE_STRUCT(MemberCard, (), (id, email, phone, age))

/// A key of two columns.
struct Seat {
    std::int32_t row{};
    std::string place{};
    std::optional<std::string> guest{};
};
STRATA_MODEL(Seat, seats, row, place, guest)
STRATA_FACTS(seats, primary_key(seats.row, seats.place))

inline Member good_member() {
    return {.tenant_id = 1,
            .email = "ada@example.org",
            .age = 36,
            .fee = strata::Decimal::parse("9.99"),
            .joined = strata::Date(2020, 1, 1),
            .left = strata::Date(2021, 1, 1)};
}

inline Sample full_sample() {
    Sample sample;
    sample.flag = true;
    sample.small = -7;
    sample.wide = 4'000'000'000U;
    sample.number = 0.1;
    sample.text = "quote \" comma, tab\t line\nCRLF\r\n back\\slash \xC3\xA9\xF0\x9F\x8E\xB5 ; ' ";
    sample.bytes = {std::byte{0}, std::byte{255}, std::byte{34}, std::byte{10}};
    sample.price = strata::Decimal::parse("1234567890123456.7891");
    sample.day = strata::Date(2024, 2, 29);
    sample.clock = strata::Time(23, 59, 59, 120000);
    sample.wall = strata::Timestamp(sample.day, strata::Time(1, 2, 3));
    sample.instant = strata::TimestampTz::parse("2024-05-01T10:00:00.25+02:00");
    sample.uuid = strata::Uuid::parse("123e4567-e89b-12d3-a456-426614174000");
    sample.document = boost::json::parse(R"({"a":[1,2.5,"x\"y"],"b":null})");
    sample.tags = {"plain", "with \"quotes\", and {braces}\\", "", "NULL"};
    sample.numbers = {1.5, std::nullopt, -2.0};
    sample.instants = {strata::TimestampTz::parse("2024-05-01T10:00:00Z")};
    sample.colour = Colour::dark_blue;
    sample.note = "";
    return sample;
}

inline strata::dal::Database connected(const strata::test::TestDatabase& database) {
    using strata::schema::table;
    const strata::Engine engine(database.url());
    strata::schema::create_all(strata::schema::MetaData{table(samples), table(members), table(seats)}, engine);
    return strata::dal::connect(engine);
}

/// `path code` of each violation, in order.
inline std::vector<std::string> faults(const strata::Violations& violations) {
    std::vector<std::string> list;
    for (const strata::Violation& violation : violations) {
        const std::string line = violation.line > 0 ? std::to_string(violation.line) + ": " : "";
        list.push_back(line + violation.path + ' ' + violation.code);
    }
    return list;
}
template <class Call>
std::vector<std::string> faults_of(const Call& call) {
    try {
        call();
    } catch (const strata::ValidationError& error) {
        return faults(error.violations());
    }
    return {};
}
using Faults = std::vector<std::string>;

}  // namespace rows_test
