// Input, patch and response structs of a model.

#include "support/row_models.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal/structs.hpp>

using namespace rows_test;
using namespace strata;

namespace rows_test {

struct ImportedMember {
    std::int64_t id{};
    std::int64_t tenant_id{};
    std::string email{};
    std::int32_t age{};
    Colour colour{};
    strata::Decimal fee{};
    strata::Date joined{};
    strata::Date left{};
    strata::TimestampTz created_at{};
};
BOOST_DESCRIBE_STRUCT(ImportedMember, (), (id, tenant_id, email, age, colour, fee, joined, left, created_at))

struct VersionedPatch {
    std::int32_t version{};
    strata::dal::Patch<std::string> email{};
};
BOOST_DESCRIBE_STRUCT(VersionedPatch, (), (version, email))

struct KeyPatch {
    std::int64_t id{};
};
BOOST_DESCRIBE_STRUCT(KeyPatch, (), (id))

struct TenantPatch {
    std::int64_t tenant_id{};
};
BOOST_DESCRIBE_STRUCT(TenantPatch, (), (tenant_id))

struct SeatPatch {
    strata::dal::Patch<std::optional<std::string>> guest{};
};
BOOST_DESCRIBE_STRUCT(SeatPatch, (), (guest))

/// What the database makes is told in each way that facts have.
struct Made {
    std::int32_t number{};
    std::string text{};
    std::string computed{};
    std::int64_t numbered{};
    std::int32_t version{};
    std::optional<std::string> nullable{};
    std::int64_t other{};
};
STRATA_MODEL(Made, made_rows, number, text, computed, numbered, version, nullable, other)
STRATA_FACTS(made_rows, primary_key(made_rows.number), strata::facts::unique(made_rows.text),
             computed(made_rows.computed, "lower(text)"), numbered(made_rows.numbered),
             version_column(made_rows.version),
             references(columns(made_rows.other, made_rows.text), columns(made_rows.other, made_rows.text)))
/// A key that is chosen, one that refers to another table, and none.
struct Chosen {
    std::int64_t id{};
};
STRATA_MODEL(Chosen, chosen_rows, id)
STRATA_FACTS(chosen_rows, not_generated(chosen_rows.id))
struct Extension {
    std::int64_t id{};
};
STRATA_MODEL(Extension, extensions, id)
STRATA_FACTS(extensions, references(extensions.id, made_rows.other, on_delete::cascade))
struct Keyless {
    std::int64_t id{};
};
STRATA_MODEL(Keyless, keyless_rows, id)
STRATA_FACTS(keyless_rows, no_key())
struct Factless {
    std::int16_t id{};
    std::int64_t other_id{};
};
STRATA_MODEL(Factless, factless_rows, id, other_id)

/// Which columns an insert may leave out, a digit each.
template <class Model>
consteval int left_out(std::size_t columns) {
    int digits = 0;
    for (std::size_t i = 0; i < columns; ++i)
        digits = digits * 10 + (strata::dal::detail::may_leave_out<Model>(i) ? 1 : 0);
    return digits;
}

struct Inner {
    std::int32_t number{};
};
BOOST_DESCRIBE_STRUCT(Inner, (), (number))
struct Outer {
    Inner inner{};
    std::string name{};
};
BOOST_DESCRIBE_STRUCT(Outer, (), (inner, name))
struct WideInner {
    std::int64_t number{};
};
BOOST_DESCRIBE_STRUCT(WideInner, (), (number))
struct WideOuter {
    WideInner inner{};
};
BOOST_DESCRIBE_STRUCT(WideOuter, (), (inner))

}  // namespace rows_test

namespace {

NewMember input() {
    return {
        .email = "eve@example.org", .age = 20, .fee = Decimal(1), .joined = Date(2020, 1, 1), .left = Date(2021, 1, 1)};
}

}  // namespace

STRATA_DB_TEST("an input struct becomes a row of the model, and what it leaves out is made by the database",
               "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    const Member stored = dal.insert(dal::make<Member>(input(), dal::given<&Member::tenant_id>(7)));
    CHECK(stored.email == "eve@example.org");
    CHECK(stored.tenant_id == 7);
    CHECK(!stored.phone);
    CHECK(stored.created_at > TimestampTz::parse("2020-01-01"));
    CHECK(db.shell("SELECT tenant_id, age, version, phone FROM members") == "7|20|0|");

    NewMember with_phone = input();
    with_phone.phone = "123";
    CHECK(dal.insert(dal::make<Member>(with_phone, dal::given<&Member::tenant_id>(7))).phone == "123");
}

STRATA_DB_TEST("an input struct's value is written where the database would make one", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    const auto at = TimestampTz::parse("2001-02-03T04:05:06Z");
    const ImportedMember imported{.id = 40,
                                  .tenant_id = 1,
                                  .email = "old@example.org",
                                  .fee = Decimal(1),
                                  .joined = Date(2020, 1, 1),
                                  .left = Date(2021, 1, 1),
                                  .created_at = at};
    const Member stored = dal.insert(dal::make<Member>(imported));
    CHECK(stored.id == 40);
    CHECK(stored.created_at == at);
    CHECK(dal.get(members, 40)->created_at == at);
    CHECK(dal.insert(good_member()).id == 41);  // the numbering goes on after it
}

STRATA_DB_TEST("a patch writes what it has: absent, NULL and a value are three things", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    Member member = good_member();
    member.phone = "123";
    member = dal.insert(member);

    Member changed = dal.patch(members, member.id, MemberPatch{.email = "new@example.org"});
    CHECK(changed.email == "new@example.org");
    CHECK(changed.phone == "123");
    CHECK(changed.version == 1);  // counted, though the patch does not name it
    changed = dal.patch(members, member.id, MemberPatch{.phone = std::nullopt, .age = 40});
    CHECK(!changed.phone);
    CHECK(changed.age == 40);
    CHECK(db.shell("SELECT \"e-mail\", phone, age, version FROM members") == "new@example.org||40|2");
    changed = dal.patch(members, member.id, MemberPatch{.phone = "456"});
    CHECK(changed.phone == "456");
    CHECK(dal.patch(members, member.id, MemberPatch{.fee = Decimal::parse("1.005")}).fee == Decimal::parse("1.01"));
}

STRATA_DB_TEST("an empty patch writes nothing and returns the row", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    const Member member = dal.insert(good_member());
    CHECK(dal.patch(members, member.id, MemberPatch{}).email == member.email);
    CHECK(db.shell("SELECT version FROM members") == "0");
    CHECK_THROWS_AS(dal.patch(members, 99, MemberPatch{}), NotFound);
    CHECK_THROWS_AS(dal.patch(members, 99, MemberPatch{.email = "x@example.org"}), NotFound);
}

STRATA_DB_TEST("a patch that names the version column is refused when the row has another version", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    const Member member = dal.insert(good_member());
    CHECK(dal.patch(members, member.id, VersionedPatch{.version = 0, .email = "a@example.org"}).version == 1);
    CHECK_THROWS_AS(dal.patch(members, member.id, VersionedPatch{.version = 0, .email = "b@example.org"}),
                    dal::StaleRow);
    CHECK_THROWS_AS(dal.patch(members, member.id, VersionedPatch{.version = 0}), dal::StaleRow);
    CHECK(dal.patch(members, member.id, VersionedPatch{.version = 1}).version == 1);
    CHECK(db.shell("SELECT \"e-mail\", version FROM members") == "a@example.org|1");
}

STRATA_DB_TEST("a patch does not write a key, and finds one of two columns", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    const Member member = dal.insert(good_member());
    CHECK_THROWS_AS(dal.patch(members, member.id, KeyPatch{5}), UsageError);
    CHECK_THROWS_AS(dal.patch(members, "text", MemberPatch{.age = 1}), UsageError);
    dal.insert_many(std::vector<Seat>{{1, "a", "Ada"}, {1, "b", "Eve"}});
    CHECK(!dal.patch(seats, std::tuple(1, "b"), SeatPatch{.guest = std::nullopt}).guest);
    CHECK(db.shell("SELECT place, guest FROM seats ORDER BY place") == "a|Ada\nb|");
    CHECK_THROWS_AS(dal.patch(seats, 1, SeatPatch{.guest = "x"}), UsageError);
}

STRATA_DB_TEST("patches and input structs keep to the filters of two tenants on one connection", "[dal][structs]") {
    (void)rows_test::connected(db);
    core::EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    const dal::Database all = dal::connect(core::Engine(db.url(), options));
    const dal::Database one = all.filtered(members.tenant_id == 1);
    const dal::Database two = all.filtered(members.tenant_id == 2);
    for (int turn = 0; turn < 2; ++turn) {
        const Member ones = one.insert(dal::make<Member>(input(), dal::given<&Member::tenant_id>(2)));
        const Member twos = two.insert(dal::make<Member>(input(), dal::given<&Member::tenant_id>(1)));
        CHECK(ones.tenant_id == 1);
        CHECK(twos.tenant_id == 2);
        CHECK_THROWS_AS(one.patch(members, twos.id, MemberPatch{.age = 99}), NotFound);
        CHECK_THROWS_AS(two.patch(members, ones.id, MemberPatch{.age = 99}), NotFound);
        CHECK_THROWS_AS(one.patch(members, twos.id, MemberPatch{}), NotFound);
        CHECK_THROWS_AS(one.patch(members, ones.id, TenantPatch{2}), UsageError);
        CHECK(one.patch(members, ones.id, MemberPatch{.age = 21}).age == 21);
        CHECK(two.patch(members, twos.id, MemberPatch{.age = 22}).age == 22);
    }
    const ImportedMember imported{.id = 70,
                                  .tenant_id = 2,
                                  .email = "old@example.org",
                                  .fee = Decimal(1),
                                  .joined = Date(2020, 1, 1),
                                  .left = Date(2021, 1, 1)};
    CHECK(one.insert(dal::make<Member>(imported)).tenant_id == 1);
    CHECK(db.shell("SELECT tenant_id, age, count(*) FROM members GROUP BY 1, 2 ORDER BY 1, 2") ==
          "1|0|1\n1|21|2\n2|22|2");
}

STRATA_DB_TEST("a response struct has the row's members by their names", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    dal.insert_many(std::vector{good_member(), good_member()});
    const auto card = dal::as<MemberCard>(dal(members).order_by(members.id).first().value());
    CHECK(card.email == "ada@example.org");
    CHECK(card.age == 36);
    CHECK(dal::as_each<MemberCard>(dal(members).all()).size() == 2);
    CHECK(dal::as<WideOuter>(Outer{.inner = {5}}).inner.number == 5);
}

STRATA_DB_TEST("many input structs of any range are inserted together", "[dal][structs]") {
    const dal::Database dal = rows_test::connected(db);
    std::vector<NewMember> inputs(3, input());
    inputs[1].phone = "123";
    inputs[2].age = 30;
    CHECK(dal.insert_many(dal::make_each<Member>(inputs, dal::given<&Member::tenant_id>(4))) == 3);
    CHECK(db.shell("SELECT id, tenant_id, phone, age, version FROM members ORDER BY id") ==
          "1|4||20|0\n2|4|123|20|0\n3|4||30|0");
    CHECK(db.shell("SELECT count(*) FROM members WHERE created_at > '2020-01-01'") == "3");
    const std::vector<ImportedMember> imported{{.id = 9,
                                                .tenant_id = 1,
                                                .email = "old@example.org",
                                                .fee = Decimal(1),
                                                .joined = Date(2020, 1, 1),
                                                .left = Date(2021, 1, 1),
                                                .created_at = TimestampTz::parse("2001-02-03")}};
    CHECK(dal.insert_many(dal::make_each<Member>(imported)) == 1);
    CHECK(dal.get(members, 9)->created_at == TimestampTz::parse("2001-02-03"));
    CHECK(dal.insert(good_member()).id == 10);
}

TEST_CASE("what the facts say of defaults is known to the compiler", "[dal][structs]") {
    CHECK(left_out<Made>(7) == 1011110);
    CHECK(left_out<Chosen>(1) == 0);
    CHECK(left_out<Extension>(1) == 0);
    CHECK(left_out<Keyless>(1) == 0);
    CHECK(left_out<Factless>(2) == 10);
    CHECK(left_out<Seat>(3) == 1);
    // The run time's facts, which an insert goes by, agree.
    const auto& facts = core::table_info<Made>().facts();
    int digits = 0;
    for (std::size_t i = 0; i < 7; ++i) {
        const bool made = facts.columns[i].server_made() || static_cast<int>(i) == facts.version_column ||
                          core::table_info<Made>().columns[i].type->nullable;
        digits = digits * 10 + (made ? 1 : 0);
    }
    CHECK(digits == left_out<Made>(7));
}
