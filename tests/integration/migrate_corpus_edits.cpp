// The same property on schemas that others made, with their rows: what autogenerate writes for a change is right.

#include "migrate_rebuild_support.hpp"
#include "random_schemas.hpp"
#include "support/catch.hpp"
#include "support/corpus.hpp"
#include "support/database.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace strata::schema;
using namespace strata::test;
using strata::core::Connection;
using strata::migrate::Operation;

namespace {

/// How many rounds of 20 changes are made: STRATA_TEST_ROUNDS, else one.
std::uint32_t rounds() {
    const char* const count = std::getenv("STRATA_TEST_ROUNDS");
    return count == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(count, nullptr, 10));
}

void load(const TestDatabase& db, const std::filesystem::path& file) {
    const std::ifstream stream(file);
    std::ostringstream text;
    if (db.is_sqlite()) text << "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;\n";
    text << stream.rdbuf();
    db.admin_shell(text.str());
}

std::string text_of(const std::vector<Operation>& operations) {
    std::string text;
    for (const auto& line : described(operations)) text += line + "\n";
    return text;
}

MetaData read(Connection& connection) {
    auto state = reflect(connection);
    for (auto& table : state.tables) name_constraints(table);
    return state;
}

/// The rows of the tables that both have, by their number.
std::string counts(Connection& connection, const MetaData& schema, const MetaData& other) {
    std::string text;
    for (const auto& table : schema.tables)
        if (table.module.empty() && other.find(table.name) != nullptr)
            text += table.name + " " +
                    connection.scalar("SELECT count(*) FROM " + connection.dialect().quoted(table.name)).value_or("") +
                    "\n";
    return text;
}

/// Twenty changes one after another, and all of them taken back.
void edit(TestDialect dialect, const std::string& name) {
    STRATA_REQUIRE_CORPUS(file, name);
    for (std::uint32_t seed = 0; seed < rounds(); ++seed) {
        INFO(name << ", seed " << seed);
        TestDatabase db(dialect);
        load(db, *file);
        Connection connection(strata::core::Url::parse(db.url()));
        RandomSchemas random(seed);
        struct Step {
            MetaData before;
            MetaData after;
            std::vector<Operation> operations;
        };
        std::vector<Step> steps;
        const auto original = read(connection);
        auto models = original;
        for (int i = 0; i < 20; ++i) {
            Step step{read(connection), random.edited(models, 1), {}};
            step.operations = own_differences(connection, step.after, step.before);
            INFO("change " << i << "\n" << text_of(step.operations));
            const auto rows = counts(connection, step.before, step.after);
            REQUIRE_NOTHROW(run_operations(connection, step.operations, step.before));
            REQUIRE(text_of(own_differences(connection, step.after, step.after)) == "");
            CHECK(counts(connection, step.before, step.after) == rows);
            models = step.after;
            steps.push_back(std::move(step));
        }
        for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
            const auto back = reverse_all(step->operations, step->before);
            INFO("back\n" << text_of(back));
            REQUIRE_NOTHROW(run_operations(connection, back, read(connection)));
        }
        CHECK(text_of(own_differences(connection, original, original)) == "");
    }
}

}  // namespace

#define STRATA_EDITED_SCHEMA(NAME, DIALECT, FILE)                                                         \
    TEST_CASE("changes of " NAME " on " #DIALECT " are found, carried out and taken back, with its rows", \
              "[migrate][corpus][pairs][" #DIALECT "]") {                                                 \
        edit(TestDialect::DIALECT, FILE);                                                                 \
    }

STRATA_EDITED_SCHEMA("Chinook", sqlite, "sqlite/chinook.sql")
STRATA_EDITED_SCHEMA("Headscale", sqlite, "sqlite/headscale.sql")
STRATA_EDITED_SCHEMA("Northwind", sqlite, "sqlite/northwind.sql")
STRATA_EDITED_SCHEMA("Sakila", sqlite, "sqlite/sakila.sql")
STRATA_EDITED_SCHEMA("Temporal", sqlite, "sqlite/temporal.sql")
STRATA_EDITED_SCHEMA("Chinook", postgresql, "postgresql/chinook.sql")
STRATA_EDITED_SCHEMA("Pagila", postgresql, "postgresql/pagila.sql")
STRATA_EDITED_SCHEMA("Panoptes", postgresql, "postgresql/panoptes.sql")
STRATA_EDITED_SCHEMA("Temporal", postgresql, "postgresql/temporal.sql")
