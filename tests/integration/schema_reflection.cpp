#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

using namespace strata::schema;
using strata::core::Engine;
using strata::core::Value;
using strata::test::TestDatabase;

namespace {

using Role = ExpressionComparer::Role;

/// Every type, each nullable and not, and every feature of the vocabulary.
MetaData everything() {
    const std::vector<std::pair<std::string, Type>> types{{"boolean", Boolean()},
                                                          {"small", SmallInteger()},
                                                          {"integer", Integer()},
                                                          {"big", BigInteger()},
                                                          {"real", Real()},
                                                          {"double", Double()},
                                                          {"string", String(40)},
                                                          {"text", Text()},
                                                          {"bytes", LargeBinary()},
                                                          {"short numeric", Numeric(10, 2)},
                                                          {"long numeric", Numeric(20, 10)},
                                                          {"numeric", Numeric()},
                                                          {"date", DateType()},
                                                          {"time", TimeType()},
                                                          {"timestamp", DateTime()},
                                                          {"timestamptz", DateTimeTz()},
                                                          {"uuid", UuidType()},
                                                          {"json", JsonType()},
                                                          {"enum", Enum("mood", {"sad", "it's \"ok\"", "happy"})}};
    Table table;
    table.name = "every \"thing\"";
    table.comment = "it's all";
    table.columns = {column("id", BigInteger()).identity().comment("the key")};
    for (const auto& [name, type] : types) {
        table.columns.push_back(column(name, type));
        table.columns.push_back(column(name + "?", type).nullable());
        table.columns.push_back(column(name + "[]", Array(type)).nullable());
    }
    table.columns.push_back(column("twice", Integer()).nullable().computed("\"integer\" * 2"));
    table.columns.push_back(column("long", Text()).computed("\"text\" || 'x'"));
    table.primary_key = PrimaryKey{"pk of everything", {"id"}};
    table.uniques = {{"uq_1", {"integer", "text"}}, {"uq_2", {"uuid"}}};
    table.checks = {{"ck_positive", "\"integer\" > 0 AND \"text\" <> ''"}};
    table.indexes = {{"ix_plain", {{"text", "", false}, {"big", "", true}}},
                     {"ix_unique", {{"date", "", false}}, true},
                     {"ix_partial", {{"time", "", false}}, true, "\"integer\" > 5"},
                     {"ix_expression", {{"", "lower(\"text\")", false}, {"string", "", false}}}};

    Table child;
    child.name = "child";
    child.columns = {column("left", Integer()),
                     column("right", SmallInteger()),
                     column("parent", BigInteger()).nullable(),
                     column("other", Integer()).nullable(),
                     column("words", Text()).nullable(),
                     column("mood", Enum("mood", {"sad", "it's \"ok\"", "happy"}))};
    child.primary_key = PrimaryKey{"pk_child", {"right", "left"}};
    child.foreign_keys = {
        {"fk_1", {"parent"}, "every \"thing\"", {"id"}, ReferentialAction::cascade, ReferentialAction::no_action},
        {"fk_2",
         {"other", "words"},
         "every \"thing\"",
         {"integer", "text"},
         ReferentialAction::set_null,
         ReferentialAction::cascade}};

    Table person;  // a cycle, and a self-reference
    person.name = "person";
    person.columns = {column("id", Integer()), column("house", UuidType()).nullable(),
                      column("boss", Integer()).nullable()};
    person.primary_key = PrimaryKey{"pk_person", {"id"}};
    person.foreign_keys = {
        {"fk_house", {"house"}, "house", {"id"}, ReferentialAction::restrict, ReferentialAction::restrict},
        {"fk_boss", {"boss"}, "person", {"id"}, ReferentialAction::set_default}};
    Table house;
    house.name = "house";
    house.columns = {column("id", UuidType()), column("owner", Integer()).nullable()};
    house.primary_key = PrimaryKey{"pk_house", {"id"}};
    house.foreign_keys = {{"fk_owner", {"owner"}, "person", {"id"}}};
    return {child, table, person, house};
}

/// Both sides as the database keeps them, with expressions that it takes for the same made the same.
void check_same(const Table& model, const Table& live, const DdlCompiler& ddl, ExpressionComparer& comparer) {
    INFO(model.name);
    Table wanted = model;
    Table found = live;
    for (auto& column : wanted.columns) column = ddl.as_stored(model, column);
    for (auto& column : found.columns) column = ddl.as_stored(live, column);
    REQUIRE(wanted.columns.size() == found.columns.size());
    for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
        auto& a = wanted.columns[i];
        auto& b = found.columns[i];
        INFO(a.name);
        if (a.computed && b.computed && comparer.equal(live, Role::computed, a.name, *a.computed, *b.computed))
            b.computed = a.computed;
        if (a.server_default && b.server_default && a.server_default->kind == ServerDefault::Kind::sql &&
            b.server_default->kind == ServerDefault::Kind::sql &&
            comparer.equal(live, Role::server_default, a.name, a.server_default->text, b.server_default->text))
            b.server_default = a.server_default;
        CHECK(a.name == b.name);
        CHECK(a.type.kind == b.type.kind);
        CHECK(a.type == b.type);
        CHECK(a.nullable == b.nullable);
        CHECK(a.identity == b.identity);
        CHECK(a.server_default.has_value() == b.server_default.has_value());
        if (a.server_default && b.server_default) {
            CHECK(a.server_default->kind == b.server_default->kind);
            CHECK(a.server_default->text == b.server_default->text);
        }
        CHECK(a == b);
    }
    REQUIRE(wanted.checks.size() == found.checks.size());
    for (std::size_t i = 0; i < wanted.checks.size(); ++i) {
        CHECK(wanted.checks[i].name == found.checks[i].name);
        CHECK(comparer.equal(live, Role::check, "", wanted.checks[i].expression, found.checks[i].expression));
    }
    REQUIRE(wanted.indexes.size() == found.indexes.size());
    for (std::size_t i = 0; i < wanted.indexes.size(); ++i) {
        auto& a = wanted.indexes[i];
        auto& b = found.indexes[i];
        INFO(a.name);
        CHECK(comparer.equal(live, Role::index_predicate, "", a.where, b.where));
        b.where = a.where;
        REQUIRE(a.elements.size() == b.elements.size());
        for (std::size_t j = 0; j < a.elements.size(); ++j) {
            CHECK(comparer.equal(live, Role::index_element, "", a.elements[j].expression, b.elements[j].expression));
            b.elements[j].expression = a.elements[j].expression;
        }
        CHECK(a == b);
    }
    CHECK(wanted.primary_key == found.primary_key);
    CHECK(wanted.uniques == found.uniques);
    for (Table* table : {&wanted, &found})  // those that close a cycle are added last
        std::sort(table->foreign_keys.begin(), table->foreign_keys.end(),
                  [](const ForeignKey& a, const ForeignKey& b) { return a.name < b.name; });
    CHECK(wanted.foreign_keys == found.foreign_keys);
    CHECK(found.unmanaged.empty());
}

void check_round_trip(const MetaData& metadata, TestDatabase& db) {
    const Engine engine(db.url());
    create_all(metadata, engine);
    const auto connection = engine.connect();
    const MetaData live = reflect(*connection);
    const auto& ddl = ddl_compiler(engine.dialect());
    const auto comparer = expression_comparer(*connection);
    CHECK(live.unmanaged.empty());
    CHECK(live.tables.size() == metadata.tables.size());
    for (const Table& table : metadata.tables) {
        const Table* found = live.find(table.name);
        REQUIRE(found != nullptr);
        check_same(table, *found, ddl, *comparer);
        if (!ddl.as_stored(table, column("x", Text()).comment("x")).comment.empty())
            CHECK(found->comment == table.comment);
    }
    CHECK_FALSE(connection->in_transaction());
}

}  // namespace

STRATA_DB_TEST("all that our DDL writes comes back equal", "[schema][reflection]") {
    check_round_trip(everything(), db);
}

STRATA_DB_TEST("a nullable column of any type takes NULL and another does not", "[schema][create_all]") {
    Table table = *everything().find("every \"thing\"");
    table.name = "t";
    table.checks.clear();
    table.uniques.clear();
    table.indexes.clear();
    std::erase_if(table.columns,
                  [](const Column& each) { return (!each.nullable && !each.identity) || each.computed; });
    const std::size_t nullable = table.columns.size() - 1;
    create_all({table}, db.url());
    db.shell("INSERT INTO t (id) VALUES (1)");
    std::string nulls;
    for (const Column& each : table.columns)
        if (!each.identity) nulls += (nulls.empty() ? "" : ", ") + std::string("\"") + each.name + "\"";
    CHECK(nullable > 30);
    CHECK(db.shell("SELECT coalesce(" + (db.is_sqlite() ? nulls : "num_nonnulls(" + nulls + ")") + ") FROM t") ==
          (db.is_sqlite() ? "" : "0"));
    for (Column& each : table.columns) each.nullable = false;
    table.name = "u";
    table.primary_key->name = "pk_u";
    create_all({table}, db.url());
    CHECK_THROWS(db.shell("INSERT INTO u (id) VALUES (1)"));
}

STRATA_DB_TEST("every kind of server default comes back equal", "[schema][reflection]") {
    const auto literal = [](const Value& value) { return ServerDefault::literal(value); };
    const strata::Uuid uuid = strata::Uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
    const std::byte bytes[] = {std::byte{0}, std::byte{0xff}, std::byte{0x27}};
    const std::vector<std::pair<Type, ServerDefault>> defaults{
        {Boolean(), literal(Value::boolean(true))},
        {Boolean(), literal(Value::boolean(false))},
        {SmallInteger(), literal(Value::integer(-32768))},
        {Integer(), literal(Value::integer(0))},
        {BigInteger(), literal(Value::integer(std::numeric_limits<std::int64_t>::max()))},
        {BigInteger(), literal(Value::integer(std::numeric_limits<std::int64_t>::min()))},
        {Real(), literal(Value::real(1.5))},
        {Double(), literal(Value::real(-0.1))},
        {Double(), literal(Value::real(1e300))},
        {Double(), literal(Value::real(5))},
        {Text(), literal(Value::text("it's \\ \"quoted\" \n ü"))},
        {Text(), literal(Value::text(""))},
        {Text(), literal(Value::text("NULL"))},
        {Text(), literal(Value::text("now()"))},
        {String(9), literal(Value::text("a"))},
        {LargeBinary(), literal(Value::bytes(bytes, 3))},
        {LargeBinary(), literal(Value::bytes(bytes, 0))},
        {Numeric(10, 2), literal(Value::numeric("1.50"))},
        {Numeric(10, 2), literal(Value::numeric("-7"))},
        {Numeric(38, 20), literal(Value::numeric("123456789012345678.12345678901234567890"))},
        {Numeric(), literal(Value::numeric("-0.001"))},
        {DateType(), literal(Value::date(strata::Date(2026, 11, 20)))},
        {TimeType(), literal(Value::time(strata::Time(23, 59, 59, 999999)))},
        {DateTime(), literal(Value::timestamp(strata::Timestamp(-1)))},
        {DateTimeTz(), literal(Value::timestamptz(strata::TimestampTz(1)))},
        {UuidType(), literal(Value::uuid(uuid))},
        {JsonType(), literal(Value::json(R"({"b": [1, 2.5, null], "a": "it's"})"))},
        {Array(Text()), literal(Value::array(R"(["a b","","it's",null,"x\"y"])"))},
        {Array(Integer()), literal(Value::array("[]"))},
        {Array(BigInteger()), literal(Value::array(R"(["1","-2"])"))},
        {Enum("mood", {"sad", "it's"}), literal(Value::text("it's"))},
        {DateTimeTz(), ServerDefault::now()},
        {DateTime(), ServerDefault::now()},
        {Text(), ServerDefault::sql("lower('A' || 'b')")},
        {Integer(), ServerDefault::sql("1 + 1")},
        {Integer(), ServerDefault::sql("5")},
        {DateTimeTz(), ServerDefault::sql("CURRENT_TIMESTAMP")},
    };
    Table table;
    table.name = "defaults";
    table.columns = {column("id", BigInteger()).identity()};
    for (std::size_t i = 0; i < defaults.size(); ++i)
        table.columns.push_back(column("c" + std::to_string(i), defaults[i].first).server_default(defaults[i].second));
    table.primary_key = PrimaryKey{"pk_defaults", {"id"}};
    name_constraints(table);
    check_round_trip({table}, db);
    // They also are values of their columns.
    db.shell("INSERT INTO defaults (id) VALUES (1)");
    CHECK(db.shell("SELECT c10 = 'it''s \\ \"quoted\" ' || " + std::string(db.is_sqlite() ? "char(10)" : "chr(10)") +
                   " || ' ü', c35, c18 FROM defaults") == (db.is_sqlite() ? "1|5|-7" : "t|5|-7.00"));
    CHECK(db.shell("SELECT c19 FROM defaults") == "123456789012345678.12345678901234567890");
}

TEST_CASE("a PostgreSQL session's settings do not change what is read", "[schema][reflection][postgresql]") {
    TestDatabase db(strata::test::TestDialect::postgresql);
    for (const char* setting : {"timezone = 'Asia/Kolkata'", "bytea_output = escape", "extra_float_digits = -2"})
        db.session_default(setting);
    const std::byte bytes[] = {std::byte{0}, std::byte{0xff}, std::byte{'\\'}};
    const auto literal = [](const Value& value) { return ServerDefault::literal(value); };
    Table table;
    table.name = "defaults";
    table.columns = {column("a", DateTimeTz()).server_default(literal(Value::timestamptz(strata::TimestampTz(1)))),
                     column("b", LargeBinary()).server_default(literal(Value::bytes(bytes, 3))),
                     column("c", Double()).server_default(literal(Value::real(0.1234567890123456)))};
    check_round_trip({table}, db);
    const Engine engine(db.url());
    const auto connection = engine.connect();
    connection->begin();
    static_cast<void>(reflect(*connection));
    CHECK(connection->scalar("SHOW timezone") == "UTC");
    CHECK(connection->in_transaction());
    connection->rollback();
    CHECK(connection->scalar("SHOW timezone") == "UTC");
}

STRATA_DB_TEST("names longer than a database keeps are truncated alike on both", "[schema][reflection]") {
    Table table;
    table.name = std::string(50, 't');
    table.columns = {column("id", BigInteger()).identity(), column(std::string(40, 'a'), Boolean()),
                     column(std::string(40, 'b'), JsonType())};
    table.primary_key = PrimaryKey{"", {"id"}};
    table.uniques = {{"", {std::string(40, 'a')}}};
    table.indexes = {{"", {{std::string(40, 'a'), "", false}}}};
    name_constraints(table);
    check_round_trip({table}, db);
}

STRATA_DB_TEST("the version table is not part of what is reflected", "[schema][reflection]") {
    db.shell("CREATE TABLE strata_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); CREATE TABLE t (a integer)");
    const Engine engine(db.url());
    const auto connection = engine.connect();
    const MetaData live = reflect(*connection);
    REQUIRE(live.tables.size() == 1);
    CHECK(live.tables[0].name == "t");
    CHECK(live.unmanaged.empty());
}

STRATA_DB_TEST("an empty database reflects as nothing", "[schema][reflection]") {
    const Engine engine(db.url());
    const auto connection = engine.connect();
    CHECK(reflect(*connection) == MetaData());
}

STRATA_DB_TEST("expressions are compared as the database understands them", "[schema][comparer]") {
    db.shell("CREATE TABLE t (a integer, b varchar(9), c text)");
    const Engine engine(db.url());
    const auto connection = engine.connect();
    const MetaData live = reflect(*connection);
    const Table& t = live.tables.at(0);
    const auto comparer = expression_comparer(*connection);
    const auto equal = [&](Role role, const char* left, const char* right) {
        return comparer->equal(t, role, "a", left, right);
    };
    CHECK(equal(Role::check, "a > 0", "(A>0)"));
    CHECK_FALSE(equal(Role::check, "a > 0", "a > 1"));
    CHECK_FALSE(equal(Role::check, "a > 0", "nothing_here > 0"));
    CHECK_FALSE(equal(Role::check, "c = 'x'", "c = 'X'"));
    CHECK_FALSE(equal(Role::server_default, "1", "2"));
    CHECK(equal(Role::index_element, "lower(c)", "LOWER(\"c\")"));
    CHECK_FALSE(equal(Role::index_predicate, "a > 0", "a >= 0"));
    CHECK(equal(Role::index_predicate, "", ""));
    CHECK_FALSE(equal(Role::index_predicate, "a > 0", ""));
    if (db.is_postgresql()) {
        CHECK(equal(Role::check, "b IN ('x', 'y')",
                    "(b)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])"));
        CHECK(equal(Role::check, "a BETWEEN 1 AND 5", "a >= 1 AND a <= 5"));
        CHECK(equal(Role::check, "a != 1", "NOT (a = 1) = true OR false") == false);
        CHECK(equal(Role::server_default, "CAST('5' AS integer)", "'5'::integer"));
        CHECK(equal(Role::index_predicate, "c LIKE 'a%'", "c ~~ 'a%'::text"));
        CHECK(equal(Role::index_element, "c || 'x'", "(c || 'x'::text)"));
        CHECK(comparer->equal(t, Role::computed, "c", "b || 'x'", "((b)::text || 'x'::text)"));
    }
    CHECK_FALSE(connection->in_transaction());
    connection->begin();
    CHECK(equal(Role::check, "a IN (1, 2)", "a in (1,2)"));
    CHECK_FALSE(equal(Role::check, "a IN (1, 2)", "a IN (1, 3)"));
    CHECK(connection->in_transaction());
    connection->rollback();
    CHECK(reflect(*connection) == live);
}
