// What a program is told of a database that does not fit its models.

#include "support/dal_database.hpp"

#include <strata/dal/verify.hpp>

#include <array>

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

namespace dal_test {

/// One column of each type.
struct Everything {
    std::int64_t id{};
    bool flag{};
    std::int16_t small{};
    std::int32_t medium{};
    float single{};
    double real{};
    std::string text{};
    Bytes bytes{};
    Decimal exact{};
    Decimal wide{};
    Date day{};
    Time time{};
    Timestamp local{};
    TimestampTz instant{};
    Uuid uuid{};
    std::vector<std::string> tags{};
    std::vector<std::int32_t> numbers{};
    std::optional<Status> status{};
};
STRATA_MODEL(Everything, everything, id, flag, small, medium, single, real, text, bytes, exact, wide, day, time, local,
             instant, uuid, tags, numbers, status)
STRATA_FACTS(everything, precision(everything.exact, 10, 2), precision(everything.wide, 30, 10))

}  // namespace dal_test

namespace {

constexpr std::array<std::string_view, 3> revisions{"aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"};
constexpr std::array<std::string_view, 1> heads{"cccccccccccc"};
/// What this program was built with, as far as a test says so.
dal::ExpectedMigrations expected;

struct BuiltWith {
    BuiltWith() { expected = {revisions, heads, "", "strata_version"}; }
    ~BuiltWith() { expected = {}; }
};

void set_version(const test::TestDatabase& db, const std::string& id) {
    db.shell(
        "CREATE TABLE IF NOT EXISTS strata_version (version_num varchar(32)); DELETE FROM strata_version; INSERT "
        "INTO strata_version VALUES ('" +
        id + "')");
}

std::string report(const dal::Database& dal) {
    try {
        dal.verify(users, songs);
    } catch (const dal::SchemaMismatch& error) {
        return error.what();
    }
    return "fits";
}

}  // namespace

const dal::ExpectedMigrations& strata::dal::expected_migrations() { return expected; }

STRATA_DB_TEST("the tables that create_all makes fit their models", "[dal][verify]") {
    const dal::Database dal = connected(db);
    schema::create_all(schema::MetaData{schema::table(everything)}, Engine(db.url()));
    CHECK_NOTHROW(dal.verify(users, songs, people, song_tags, accounts, lines, visits, everything));
}

STRATA_DB_TEST("each thing that does not fit is named in one error", "[dal][verify]") {
    const dal::Database dal = connected(db);
    CHECK(report(dal) == "fits");
    db.shell("DROP TABLE song_tags; DROP TABLE \"music songs\"; DROP TABLE users");
    CHECK(report(dal) ==
          "the database does not fit the program: there is no table users; there is no table music songs; run "
          "db_migrate.sh upgrade");
    db.shell("CREATE TABLE users (id integer PRIMARY KEY, email integer NOT NULL, phone text NOT NULL)");
    CHECK_THAT(report(dal),
               Contains("column users.email is of type integer, which User::email cannot hold; column "
                        "users.phone cannot be NULL, and User::phone is a std::optional; there is no table "
                        "music songs; run db_migrate.sh upgrade",
                        Catch::CaseSensitive::No));
    db.shell("DROP TABLE users; CREATE TABLE users (id integer PRIMARY KEY, phone text)");
    CHECK_THAT(report(dal), Contains("there is no column users.email"));
    db.shell("DROP TABLE users; CREATE TABLE users (id integer PRIMARY KEY, phone text, email varchar(20), more text)");
    CHECK_THAT(report(dal), Contains("column users.email can be NULL, and User::email is no std::optional; there is no "
                                     "table music songs"));
}

STRATA_DB_TEST("a database at an earlier revision does not fit, and one at a later revision does", "[dal][verify]") {
    const dal::Database dal = connected(db);
    const BuiltWith migrations;
    CHECK_THAT(report(dal), Contains("it is at revision base, and the program was built with cccccccccccc"));
    set_version(db, "bbbbbbbbbbbb");
    CHECK(report(dal) ==
          "the database does not fit the program: it is at revision bbbbbbbbbbbb, and the program was built with "
          "cccccccccccc; run db_migrate.sh upgrade");
    CHECK_THROWS_AS(dal.verify(), dal::SchemaMismatch);
    set_version(db, "cccccccccccc");
    CHECK(report(dal) == "fits");
    set_version(db, "dddddddddddd");  // unknown to this program: the database is newer
    CHECK(report(dal) == "fits");
}

TEST_CASE("a domain holds what the type below it holds (postgresql)", "[dal][verify][postgresql]") {
    const test::TestDatabase db(test::TestDialect::postgresql);
    db.shell(
        "CREATE DOMAIN address AS varchar(20); CREATE DOMAIN mail AS address NOT NULL; CREATE DOMAIN code AS "
        "integer; CREATE TABLE users (id bigint PRIMARY KEY, email mail, phone code)");
    CHECK_THROWS_WITH(dal::connect(db.url()).verify(users),
                      Equals("the database does not fit the program: column users.phone is of type code, which "
                             "User::phone cannot hold; run db_migrate.sh upgrade"));
}
