// A property: whatever two schemas are, what autogenerate writes between them is right, with rows and back.

#include "fresh_database.hpp"
#include "migrate_rebuild_support.hpp"
#include "random_schemas.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <cstdlib>
#include <functional>
#include <optional>

using namespace strata::schema;
using namespace strata::test;
using strata::core::Connection;
using strata::migrate::Operation;

namespace {

/// How many pairs are tried: STRATA_TEST_PAIRS, else 300.
std::uint32_t pairs() {
    const char* const count = std::getenv("STRATA_TEST_PAIRS");
    return count == nullptr ? 300 : static_cast<std::uint32_t>(std::strtoul(count, nullptr, 10));
}

/// The values of the columns that both schemas have in the same type, and the generated ones left out.
std::string shared_values(Connection& connection, const MetaData& before, const MetaData& after) {
    std::string text;
    for (const auto& table : before.tables) {
        const auto* other = after.find(table.name);
        if (other == nullptr) continue;
        for (const auto& column : table.columns) {
            const auto* now = other->find_column(column.name);
            if (now == nullptr || now->type.kind != column.type.kind) continue;
            const auto name = connection.dialect().quoted(column.name);
            auto cursor = connection.query("SELECT CAST(" + name + " AS TEXT) FROM " +
                                           connection.dialect().quoted(table.name) + " ORDER BY 1");
            text += table.name + "." + column.name + ":";
            while (cursor.next()) text += cursor.row().is_null(0) ? " NULL" : " " + std::string(cursor.row().text(0));
            text += "\n";
        }
    }
    return text;
}

void delete_rows(Connection& connection, const MetaData& schema) {
    for (auto table = schema.tables.rbegin(); table != schema.tables.rend(); ++table)
        connection.script("DELETE FROM " + connection.dialect().quoted(table->name));
}

std::string text_of(const std::vector<Operation>& operations) {
    std::string text;
    for (const auto& line : described(operations)) text += line + "\n";
    return text;
}

MetaData with_names(MetaData schema) {
    for (auto& table : schema.tables) name_constraints(table);
    return schema;
}

void check_pair(const TestDatabase& db, std::uint32_t seed) {
    INFO("seed " << seed);
    RandomSchemas random(seed);
    const auto before = random.schema();
    const auto after = random.changed(before);
    const auto rows = RandomSchemas::rows(before);
    const bool dumped = db.is_sqlite() || seed % 20 < 4;  // pg_dump takes as long as all else

    std::string online;
    {
        const Fresh fresh(db);
        Connection connection(strata::core::Url::parse((*fresh).url()));
        create_tables(connection, before);
        connection.script(rows);
        const auto known = with_names(before);
        const auto operations = own_differences(connection, after, before);
        INFO(text_of(operations));
        const auto values = shared_values(connection, before, after);
        REQUIRE_NOTHROW(run_operations(connection, operations, known));
        CHECK(text_of(own_differences(connection, after, after)) == "");
        CHECK(shared_values(connection, before, after) == values);
        if (dumped) online = (*fresh).dump();

        // A column that comes back needs values; that is the next revision's matter and not the order's.
        delete_rows(connection, after);
        REQUIRE_NOTHROW(run_operations(connection, reverse_all(operations, known), with_names(after)));
        CHECK(text_of(own_differences(connection, before, before)) == "");
    }
    if (!dumped) return;
    const Fresh offline(db);
    std::string script;
    {
        Connection connection(strata::core::Url::parse((*offline).url()));
        create_tables(connection, before);
        connection.script(rows);
        script = strata::migrate::change_script(connection, with_names(reflect(connection)), after);
    }
    INFO(script);
    REQUIRE_NOTHROW((*offline).shell(script));
    CHECK((*offline).dump() == online);
}

void check_pairs(const TestDatabase& db, std::uint32_t part) {
    for (std::uint32_t seed = part; seed < pairs(); seed += 4) check_pair(db, seed);
}

}  // namespace

// In parts, so that they run beside each other.
STRATA_DB_TEST("the way between random schemas is right, there and back, first part", "[migrate][pairs]") {
    check_pairs(db, 0);
}
STRATA_DB_TEST("the way between random schemas is right, there and back, second part", "[migrate][pairs]") {
    check_pairs(db, 1);
}
STRATA_DB_TEST("the way between random schemas is right, there and back, third part", "[migrate][pairs]") {
    check_pairs(db, 2);
}
STRATA_DB_TEST("the way between random schemas is right, there and back, fourth part", "[migrate][pairs]") {
    check_pairs(db, 3);
}
