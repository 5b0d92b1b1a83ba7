// Revisions as files that are changed: the id in a name, other parents in a text.

#include "support/catch.hpp"
#include "tool/revision_files.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/render.hpp>

using namespace strata::migrate;
using Catch::Matchers::Contains;

TEST_CASE("the id in a revision's file name is its first part of twelve hexadecimal digits", "[migrate][files]") {
    CHECK(id_in_file_name("20261120_143207_3f2a9c1b7d04_add_genre.cpp") == "3f2a9c1b7d04");
    CHECK(id_in_file_name("3f2a9c1b7d04-deadbeefdead.sql") == "3f2a9c1b7d04");
    CHECK(id_in_file_name("3f2a9c1b7d04.sql") == "3f2a9c1b7d04");
    CHECK(id_in_file_name("20261120_143207_add_genre.cpp").empty());
    CHECK(id_in_file_name("heads").empty());
}

TEST_CASE("a revision in C++ gets other parents and keeps all else", "[migrate][files]") {
    const std::string text = R"text(// It revises("nothing") of what was said.
STRATA_REVISION(b00000000000,
    revises( "a00000000000", "c00000000000" ).label("billing"), "revises(\"x\")",
    [](Operations& op) {
        op.execute(R"sql(SELECT 'revises("y")')sql"); }, {})
)text";
    CHECK(with_parents("b.cpp", text, {"d00000000000"}) == R"text(// It revises("nothing") of what was said.
STRATA_REVISION(b00000000000,
    revises("d00000000000").label("billing"), "revises(\"x\")",
    [](Operations& op) {
        op.execute(R"sql(SELECT 'revises("y")')sql"); }, {})
)text");
    CHECK(with_parents("b.cpp", "STRATA_REVISION(b, revises(), \"first\", f, g)", {"a", "c"}) ==
          "STRATA_REVISION(b, revises(\"a\", \"c\"), \"first\", f, g)");
}

TEST_CASE("a revision in SQL gets other parents, also where it said none", "[migrate][files]") {
    CHECK(with_parents("b.sql", "-- words\n--revises: a\n-- message: m\n-- upgrade\n-- revises: x\nSELECT 1;\n",
                       {"c", "d"}) ==
          "-- words\n-- revises: c, d\n-- message: m\n-- upgrade\n-- revises: x\nSELECT 1;\n");
    CHECK(with_parents("b.sql", "-- message: first\n-- upgrade: sqlite\nSELECT 1;\n", {"c"}) ==
          "-- message: first\n-- revises: c\n-- upgrade: sqlite\nSELECT 1;\n");
    CHECK(with_parents("b.sql", "-- upgrade notes: 12\n-- revises the songs\n-- revises: a\n-- upgrade\n", {"c"}) ==
          "-- upgrade notes: 12\n-- revises the songs\n-- revises: c\n-- upgrade\n");
    CHECK(with_parents("b.sql", "-- upgrade\n", {}) == "-- revises: nothing\n-- upgrade\n");
}

TEST_CASE("a file that does not say its parents in the usual way is refused", "[migrate][files]") {
    CHECK_THROWS_WITH(
        with_parents("b.cpp", "STRATA_REVISION(b, parents_of_b, \"x\", f, g)", {"a"}),
        Contains("b.cpp does not say its parents as revises(...) inside STRATA_REVISION; write there what "
                 "it revises by hand"));
}
