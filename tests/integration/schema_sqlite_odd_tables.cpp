// Tables that SQLite takes, written in ways that few expect.

#include "support/database.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata;
using test::TestDatabase;
using test::TestDialect;

namespace {

std::vector<std::string> names_of(const std::vector<schema::Column>& columns) {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.name);
    return names;
}

}  // namespace

TEST_CASE("the words GENERATED ALWAYS may be in a type", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell(
        "CREATE TABLE t(a generated always asINTEGERrtual, 'b' int); "
        "CREATE TABLE u(a generated always, b generated always not null, c int generated always as (a) stored, "
        "d generated always (1), e generated);");
    const core::Engine engine(db.url());
    const auto metadata = schema::reflect(*engine.connect());
    REQUIRE(metadata.tables.size() == 2);
    CHECK(names_of(metadata.tables[0].columns) == std::vector<std::string>{"a", "b"});
    const auto& u = metadata.tables[1];
    CHECK(names_of(u.columns) == std::vector<std::string>{"a", "b", "c", "d", "e"});
    CHECK_FALSE(u.columns[1].nullable);
    CHECK(u.columns[2].computed == "a");
    CHECK(u.columns[2].type.kind == schema::TypeKind::integer);
    CHECK(u.columns[2].type.native == "int");
    CHECK_FALSE(u.columns[0].computed.has_value());
}

TEST_CASE("a temporary table of the same name is not taken for the table", "[schema][reflection][sqlite]") {
    const TestDatabase db(TestDialect::sqlite);
    db.shell("CREATE TABLE t (a INTEGER NOT NULL, b TEXT)");
    const core::Engine engine(db.url());
    const auto connection = engine.connect();
    connection->execute("CREATE TEMP TABLE t (x)");
    const auto metadata = schema::reflect(*connection);
    REQUIRE(metadata.tables.size() == 1);
    CHECK(names_of(metadata.tables[0].columns) == std::vector<std::string>{"a", "b"});
}
