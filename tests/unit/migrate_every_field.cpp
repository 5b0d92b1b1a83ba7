#include "support/catch.hpp"
#include "support/every_field.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

/// What is dropped and added again is the last one of its list.
MetaData unordered(MetaData state) {
    const auto by_name = [](const auto& left, const auto& right) { return left.name < right.name; };
    for (auto& table : state.tables) std::sort(table.columns.begin(), table.columns.end(), by_name);
    return state;
}

template <class Struct>
void check_patches() {
    using strata::schema::Patch;
    strata::schema::internal::for_each_field<Struct>([&](const char* name, auto field) {
        using T = std::decay_t<decltype(std::declval<Struct>().*field)>;
        if constexpr (requires(T& value) { strata::test::every_field::change(value); }) {
            INFO(name);
            const Struct before;
            Struct after;
            strata::test::every_field::change(after.*field);
            Patch<Struct> patch;
            patch.set(field, after.*field);
            CHECK(patch.fields() == std::vector<std::string_view>{name});
            CHECK_FALSE(patch.empty());
            Struct state = before;
            patch.apply(state);
            CHECK(state == after);
            patch.reversed(before).apply(state);
            CHECK(state == before);
            CHECK(patch.keep(field) == Patch<Struct>());
        }
    });
}

}  // namespace

TEST_CASE("a change of any field is found, replayed and taken back", "[unit][migrate][fields]") {
    for (const auto& each : strata::test::every_field_changed()) {
        INFO(each.field);
        CHECK_FALSE(each.operations.empty());
        auto state = each.before;
        for (const auto& operation : each.operations) CHECK_NOTHROW(apply(state, operation));
        CHECK(unordered(state) == unordered(each.after));
        for (const auto& operation : reverse_all(each.operations, each.before)) CHECK_NOTHROW(apply(state, operation));
        CHECK(unordered(state) == unordered(each.before));
    }
}

TEST_CASE("a change of any field has a description and a text of its own in a revision", "[unit][migrate][fields]") {
    for (const auto& each : strata::test::every_field_changed()) {
        INFO(each.field);
        auto back = reverse_all(each.operations, each.before);
        std::string there_text;
        std::string back_text;
        for (const auto& operation : each.operations) there_text += render_operation(operation) + describe(operation);
        for (const auto& operation : back) back_text += render_operation(operation) + describe(operation);
        CHECK(there_text != back_text);
        CHECK_FALSE(there_text.empty());
    }
}

TEST_CASE("a patch of any field sets that field alone, and is undone", "[unit][migrate][fields]") {
    check_patches<strata::schema::Column>();
    check_patches<strata::schema::Table>();
}

TEST_CASE("a change of any field becomes SQL on PostgreSQL, or one clear refusal", "[unit][compile][fields]") {
    const auto& postgresql = strata::core::dialect_for("postgresql");
    for (const auto& each : strata::test::every_field_changed()) {
        INFO(each.field);
        try {
            const bool sqlite_only = each.field == "Table.strict" || each.field == "Table.without_rowid";
            const auto phases = plan({each.before}, each.operations, postgresql);
            CHECK(phases.empty() == sqlite_only);
        } catch (const strata::Error& error) {
            const std::string what = error.what();
            CHECK(what.find('\n') == std::string::npos);
            CHECK((each.field.ends_with("on_conflict") || each.field == "Table.partition_by" ||
                   each.field == "Table.module" || each.field == "Column.computed_virtual" ||
                   each.field == "UniqueConstraint.order"));
        }
    }
}

TEST_CASE("serial and identity take each other's numbering over", "[unit][compile][postgresql]") {
    MetaData state;
    strata::schema::Table users;
    users.name = {"app", "users"};
    users.columns.push_back(column("id", BigInteger{}).identity(Numbering::serial));
    state.tables.push_back(users);
    const auto compiled = [&](const strata::schema::Identity& identity) {
        Operations op;
        op.alter_column({"app", "users"}, "id").identity(identity);
        std::vector<std::string> lines;
        for (const auto& phase : plan({state}, op.operations(), strata::core::dialect_for("postgresql")))
            for (const auto& statement : phase.statements) lines.push_back(statement.sql);
        return lines;
    };
    const std::string alter = R"(ALTER TABLE "app"."users" ALTER COLUMN "id" )";
    const std::string go_on = R"(SELECT setval(pg_get_serial_sequence('"app"."users"', 'id'), max("id")) )"
                              R"(FROM "app"."users" HAVING max("id") > 0)";
    // The database may number the column in another way than the history says, so each way is ended.
    const std::vector<std::string> ended{
        alter + "DROP IDENTITY IF EXISTS", alter + "DROP DEFAULT",
        R"(DO $strata$ DECLARE owned text := pg_get_serial_sequence('"app"."users"', 'id'); BEGIN IF owned IS NOT NULL )"
        R"(THEN EXECUTE 'DROP SEQUENCE ' || owned; END IF; END $strata$)"};
    const auto then = [&](const std::vector<std::string>& made) {
        auto all = ended;
        all.insert(all.end(), made.begin(), made.end());
        return all;
    };
    CHECK(compiled(Numbering::none) == ended);
    CHECK(compiled(Numbering::always) == then({alter + "ADD GENERATED ALWAYS AS IDENTITY", go_on}));
    CHECK(compiled(Numbering::serial) ==
          then({R"(CREATE SEQUENCE "app"."users_id_seq")",
                alter + R"(SET DEFAULT nextval('"app"."users_id_seq"'::regclass))",
                R"(ALTER SEQUENCE "app"."users_id_seq" OWNED BY "app"."users"."id")", go_on}));
}

TEST_CASE("SQLite has views and triggers, and refuses other objects in one line", "[unit][compile][sqlite]") {
    const auto& sqlite = strata::core::dialect_for("sqlite");
    Operations op;
    op.create_view("song_list", "SELECT 1");
    const auto phases = plan({}, op.operations(), sqlite);
    REQUIRE(phases.size() == 1);
    REQUIRE(phases[0].statements.size() == 1);
    CHECK(phases[0].statements[0].sql == "CREATE VIEW \"song_list\" AS SELECT 1");
    Operations other;
    other.create_function("twice", "integer", "CREATE FUNCTION ...");
    CHECK_THROWS_WITH(plan({}, other.operations(), sqlite),
                      "create function twice(integer): SQLite has no object of the kind function");
}

TEST_CASE("the model's plain numbered key is content with a serial one", "[unit][autogenerate][postgresql]") {
    MetaData database{strata::test::every_field::table("t")};
    auto models = database;
    database.tables[0].columns[0].identity = Numbering::serial;
    models.tables[0].columns[0].identity = Numbering::automatic;
    const auto comparer = strata::schema::token_comparer();
    CHECK(compare_metadata(database, models, strata::schema::ddl_compiler(strata::core::dialect_for("postgresql")),
                           *comparer)
              .empty());
}
