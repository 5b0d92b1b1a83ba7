// Reflection of a part: by schema, by name and by kind, with all that the part needs.

#include "strata_program.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <algorithm>

using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;
using strata::schema::ObjectKind;
using strata::schema::ReflectOptions;

namespace {

using Lines = std::vector<std::string>;

constexpr const char* shop = R"(
    CREATE TABLE customers (id integer PRIMARY KEY, email text UNIQUE);
    CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers (id));
    CREATE TABLE order_lines (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));
    CREATE INDEX ix_lines ON order_lines (order_id);
    CREATE TABLE stock (id integer PRIMARY KEY);
    CREATE VIEW open_orders AS SELECT id FROM orders;
    CREATE VIEW stock_list AS SELECT id FROM stock;)";

/// What was read, by kind and name, in order.
Lines names_of(const MetaData& metadata) {
    Lines lines;
    for (const auto& table : metadata.tables) lines.push_back("table " + table.name.text());
    for (const auto& object : metadata.objects) lines.push_back(object.ref.text());
    std::sort(lines.begin(), lines.end());
    return lines;
}

Lines read(const TestDatabase& db, const ReflectOptions& options) {
    return names_of(strata::schema::reflect(*strata::Engine(db.url()).connect(), options));
}

}  // namespace

STRATA_DB_TEST("names choose what is read, and what it needs comes with it", "[schema][filters]") {
    db.shell(shop);
    CHECK(read(db, {.names = {"stock"}}) == Lines{"table stock"});
    CHECK(read(db, {.names = {"order?", "cust*"}}) == Lines{"table customers", "table orders"});
    CHECK(read(db, {.names = {"open_*"}}) == Lines{"table orders", "view open_orders"});
    CHECK(read(db, {.names = {"nothing"}}).empty());
    CHECK(read(db, {.names = {"*"}}) == read(db, {}));
    // What was read is whole, and says what it refers to.
    const auto metadata = strata::schema::reflect(*strata::Engine(db.url()).connect(), {.names = {"order_lines"}});
    REQUIRE(metadata.tables.size() == 1);
    CHECK(metadata.tables[0].indexes.size() == 1);
    CHECK(metadata.tables[0].foreign_keys.size() == 1);
    CHECK(metadata.notes.texts() == Lines{"table order_lines: it refers to table orders, which was not asked for"});
    CHECK(strata::schema::reflect(*strata::Engine(db.url()).connect()).notes.empty());
}

STRATA_DB_TEST("kinds choose what is read, and what it needs comes with it", "[schema][filters]") {
    db.shell(shop);
    CHECK(read(db, {.kinds = {ObjectKind::table}}) ==
          Lines{"table customers", "table order_lines", "table orders", "table stock"});
    CHECK(read(db, {.kinds = {ObjectKind::view}}) ==
          Lines{"table orders", "table stock", "view open_orders", "view stock_list"});
    CHECK(read(db, {.names = {"*stock*"}, .kinds = {ObjectKind::view}}) == Lines{"table stock", "view stock_list"});
    CHECK(read(db, {.kinds = {ObjectKind::trigger}}).empty());
}

STRATA_DB_TEST("a part that was read can be created by itself", "[schema][filters]") {
    db.shell(shop);
    const auto part =
        strata::schema::reflect(*strata::Engine(db.url()).connect(), {.names = {"order_lines", "open_*", "customers"}});
    const TestDatabase copy(db.dialect());
    strata::schema::create_all(part, strata::Engine(copy.url()));
    CHECK(copy.shell("SELECT count(*) FROM open_orders, order_lines") == "0");
    CHECK(read(copy, {}) == Lines{"table customers", "table order_lines", "table orders", "view open_orders"});
}

STRATA_DB_TEST("a view's columns are read by its name", "[schema][filters]") {
    db.shell(shop);
    const auto views = strata::schema::view_columns(*strata::Engine(db.url()).connect(), {.names = {"open*"}});
    REQUIRE(views.size() == 1);
    CHECK(views.begin()->first == strata::schema::QualifiedName("open_orders"));
}

TEST_CASE("triggers, policies, types and functions come with the tables that have them",
          "[schema][filters][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(R"(
        CREATE TYPE mood AS ENUM ('sad', 'glad');
        CREATE TYPE other AS ENUM ('x');
        CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE FUNCTION unused() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE SEQUENCE tickets;
        CREATE TABLE songs (id integer PRIMARY KEY DEFAULT nextval('tickets'), mood mood);
        CREATE TRIGGER touched BEFORE UPDATE ON songs FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE POLICY seen ON songs USING (true);
        CREATE TABLE others (id integer PRIMARY KEY, other other);)");
    CHECK(read(db, {.names = {"songs"}}) == Lines{"enum type mood", "function touch()", "policy seen on songs",
                                                  "sequence tickets", "table songs", "trigger touched on songs"});
    CHECK(read(db, {.names = {"songs"}, .kinds = {ObjectKind::table}}) ==
          Lines{"enum type mood", "sequence tickets", "table songs"});
    CHECK(read(db, {.kinds = {ObjectKind::trigger}}) ==
          Lines{"enum type mood", "function touch()", "sequence tickets", "table songs", "trigger touched on songs"});
}

TEST_CASE("a schema's name may be part of a pattern, and the schema comes with what is in it",
          "[schema][filters][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.admin_shell(
        "CREATE SCHEMA music; CREATE TABLE music.songs (id integer PRIMARY KEY);"
        "CREATE SCHEMA shop; CREATE TABLE shop.songs (id integer PRIMARY KEY);");
    ReflectOptions options{.schemas = {"music", "shop"}, .names = {"music.*"}};
    CHECK(read(db, options) == Lines{"schema music", "table music.songs"});
    options.names = {"songs"};
    CHECK(read(db, options) == Lines{"schema music", "schema shop", "table music.songs", "table shop.songs"});
}

STRATA_DB_TEST("the program's --tables reads the tables that fit with what they need", "[models][filters]") {
    db.shell(shop);
    std::vector<std::string> arguments{"inspect", db.url(), "--tables", "order*"};
    if (db.is_postgresql()) arguments.insert(arguments.end(), {"--schema", std::string(db.schema())});
    const auto shown = run_strata(arguments);
    CHECK(shown.exit_code == 0);
    CHECK_THAT(shown.out, Contains("table order_lines\n") &&
                              Contains("note: table orders: it refers to table customers, which was not asked for\n") &&
                              !Contains("stock") && !Contains("view"));
}

STRATA_DB_TEST("a schema that does not exist is refused, unless it may be missing", "[schema][filters]") {
    db.shell(shop);
    const strata::core::Engine engine(db.url());
    const auto connection = engine.connect();
    const std::string own(db.schema());
    ReflectOptions options{.schemas = {own, own + "x"}};
    const std::string reason = "there is no schema " + own + "x; did you mean " + own + "?";
    CHECK_THROWS_WITH(strata::schema::reflect(*connection, options), reason);
    CHECK_THROWS_WITH(strata::schema::reflection_notes(*connection, options), reason);
    CHECK_THROWS_WITH(strata::schema::view_columns(*connection, options), reason);
    options.missing_schemas = true;
    CHECK(strata::schema::reflect(*connection, options).tables.size() == 4);
    options.schemas = {"zzzzzzzz"};
    options.missing_schemas = false;
    CHECK_THROWS_WITH(strata::schema::reflect(*connection, options), "there is no schema zzzzzzzz");
}
