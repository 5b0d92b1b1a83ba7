// A schema that is reflected and created again in an empty database is the same, as the database's own tools print it,
// and drop_all leaves nothing of it.

#include "postgresql_dump.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"
#include "support/paths.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <fstream>
#include <sstream>

using namespace strata::schema;
using strata::Engine;
using strata::test::TestDatabase;
using strata::test::TestDialect;
using strata::test::without_privileges;

namespace {

void check_postgresql(const std::filesystem::path& file, const ReflectOptions& options) {
    const TestDatabase original(TestDialect::postgresql);
    original.session_default("search_path = public");
    const std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    original.admin_shell(text.str());
    const TestDatabase copy(TestDialect::postgresql);
    copy.session_default("search_path = public");

    const std::string empty = copy.dump();
    const MetaData metadata = reflect(*Engine(original.url()).connect(), options);
    CHECK(metadata.unmanaged.empty());
    create_all(metadata, copy.url());

    CHECK(without_privileges(copy.dump()) == without_privileges(original.dump()));
    drop_all(metadata, copy.url());
    CHECK(copy.dump() == empty);
}

}  // namespace

TEST_CASE("Chinook on PostgreSQL is created again whole", "[schema][corpus][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    STRATA_REQUIRE_CORPUS(file, "postgresql/chinook.sql");
    check_postgresql(*file, {});
}
TEST_CASE("Pagila on PostgreSQL is created again whole", "[schema][corpus][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    STRATA_REQUIRE_CORPUS(file, "postgresql/pagila.sql");
    check_postgresql(*file, {});
}
TEST_CASE("Panoptes on PostgreSQL is created again whole", "[schema][corpus][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    STRATA_REQUIRE_CORPUS(file, "postgresql/panoptes.sql");
    check_postgresql(*file, {});
}
TEST_CASE("Temporal on PostgreSQL is created again whole", "[schema][corpus][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    STRATA_REQUIRE_CORPUS(file, "postgresql/temporal.sql");
    check_postgresql(*file, {});
}
TEST_CASE("Temporal's visibility on PostgreSQL is created again whole", "[schema][corpus][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    STRATA_REQUIRE_CORPUS(file, "postgresql/temporal_visibility.sql");
    check_postgresql(*file, {});
}
TEST_CASE("one of everything on PostgreSQL is created again whole, in every schema", "[schema][postgresql]") {
    STRATA_REQUIRE_SUPERUSER("creates extensions")
    check_postgresql(strata::test::source_directory() / "tests/integration/round_trip/every_object_postgresql.sql",
                     {.all_schemas = true});
}
