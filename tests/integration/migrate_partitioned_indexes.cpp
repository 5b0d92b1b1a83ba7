// Indexes that are ONLY a partitioned table's, and the comments and statistics targets that hang on other things: found
// by autogenerate, made by a revision, and no difference afterwards. pg_dump says what was made.

#include "migrate_rebuild_support.hpp"
#include "postgresql_dump.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::migrate;
using namespace strata::test;
using Catch::Matchers::Contains;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

constexpr const char* partitions = R"(
    CREATE TABLE parts (a integer, b text) PARTITION BY LIST (a);
    CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2);)";
constexpr const char* indexes = R"(
    CREATE INDEX half ON ONLY parts (b); CREATE INDEX part_1_b ON part_1 (b); CREATE INDEX part_2_b ON part_2 (b);
    ALTER INDEX half ATTACH PARTITION part_1_b; COMMENT ON INDEX half IS 'half of it';)";

/// What a history does: writes the differences, runs them and replays them on its state.
std::vector<Operation> upgrade(strata::core::Connection& connection, const MetaData& models, MetaData& state) {
    const auto changes = differences(connection, models);
    run_operations(connection, changes, state);
    for (const auto& operation : changes) apply(state, operation);
    CHECK(described(differences(connection, models)) == Lines{});
    return changes;
}

void downgrade(strata::core::Connection& connection, const std::vector<Operation>& changes, const MetaData& before,
               MetaData& state) {
    const auto back = reverse_all(changes, before);
    run_operations(connection, back, state);
    for (const auto& operation : back) apply(state, operation);
}

/// The definitions of the indexes whose names are like that, and what each is attached to.
std::string indexes_of(const TestDatabase& db) {
    return db.shell(
        "SELECT c.oid::regclass, coalesce(h.inhparent::regclass::text, '-'), indisvalid FROM pg_class c "
        "JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN "
        "pg_inherits h ON h.inhrelid = c.oid WHERE nspname !~ '^pg_|^information' ORDER BY relname");
}

}  // namespace

TEST_CASE("one revision makes an ONLY index anew and attaches to it what was attached",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(partitions);
    const bool levels = GENERATE(false, true);
    if (levels)
        db.shell(
            "CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3) PARTITION BY LIST (b);"
            "CREATE TABLE part_3_x PARTITION OF part_3 FOR VALUES IN ('x');"
            "CREATE TABLE part_3_y PARTITION OF part_3 FOR VALUES IN ('y')");
    db.shell(indexes);
    if (levels)
        db.shell(
            "CREATE INDEX part_3_b ON ONLY part_3 (b); CREATE INDEX part_3_x_b ON part_3_x (b);"
            "ALTER INDEX part_3_b ATTACH PARTITION part_3_x_b; ALTER INDEX half ATTACH PARTITION part_3_b");
    auto connection = connect(db);
    const auto original = db.dump();
    const auto attached = indexes_of(db);
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    auto models = before;
    models.find("parts")->indexes[0].comment = "of some";
    const bool silent = GENERATE(false, true);
    if (silent) models.find("part_1")->indexes[0].attached_to = {};

    const auto changes = upgrade(connection, models, state);
    CHECK(indexes_of(db) == attached);
    CHECK(db.shell("SELECT obj_description('half'::regclass)") == "of some");
    CHECK(state.find("part_1")->indexes[0].attached_to.name == "half");
    auto again = models;
    again.find("parts")->indexes[0].comment = "once more";
    const auto middle = state;
    const auto second = upgrade(connection, again, state);
    CHECK(indexes_of(db) == attached);

    downgrade(connection, second, middle, state);
    downgrade(connection, changes, before, state);
    CHECK(db.dump() == original);
}

TEST_CASE("a revision that only drops an ONLY index and makes it again is replayed as the database has it",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + indexes);
    auto connection = connect(db);
    const auto attached = indexes_of(db);
    const auto original = db.dump();
    const MetaData models = strata::schema::reflect(connection);
    auto state = models;
    const std::vector<Operation> written{DropIndex{"parts", "half"},
                                         CreateIndex{"parts", models.find("parts")->indexes[0]}};
    run_operations(connection, written, state);
    for (const auto& operation : written) apply(state, operation);
    CHECK(state.find("part_1")->indexes[0].attached_to.empty());
    upgrade(connection, models, state);
    CHECK(indexes_of(db) == attached);
    CHECK(db.dump() == original);
}

TEST_CASE("indexes that are there are attached to a new ONLY index by one revision",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase original(TestDialect::postgresql);
    original.shell(partitions);
    const bool partition = GENERATE(false, true);
    if (partition) original.shell("CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3)");
    original.shell(indexes);
    if (partition) original.shell("CREATE INDEX part_3_b ON part_3 (b); ALTER INDEX half ATTACH PARTITION part_3_b");
    auto live = connect(original);
    const MetaData models = strata::schema::reflect(live);

    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + "CREATE INDEX part_1_b ON part_1 (b); CREATE INDEX part_2_b ON part_2 (b)");
    const auto bare = db.dump();
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    const auto changes = upgrade(connection, models, state);
    CHECK(without_privileges(db.dump()) == without_privileges(original.dump()));
    downgrade(connection, changes, before, state);
    CHECK(db.dump() == bare);
}

TEST_CASE("a new partition's index is attached to an ONLY index that is made anew",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase original(TestDialect::postgresql);
    original.shell(std::string(partitions) + "CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3);" + indexes +
                   "CREATE INDEX part_3_b ON part_3 (b); ALTER INDEX half ATTACH PARTITION part_3_b;"
                   "COMMENT ON INDEX half IS 'of some'");
    auto live = connect(original);
    const MetaData models = strata::schema::reflect(live);
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + indexes);
    auto connection = connect(db);
    const auto bare = db.dump();
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    const auto changes = upgrade(connection, models, state);
    CHECK(without_privileges(db.dump()) == without_privileges(original.dump()));
    downgrade(connection, changes, before, state);
    CHECK(db.dump() == bare);
}

TEST_CASE("a partitioned table that was dropped comes back with its ONLY index and what was attached to it",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + indexes);
    auto connection = connect(db);
    const auto original = db.dump();
    const auto attached = indexes_of(db);
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    const auto changes = upgrade(connection, MetaData{}, state);
    CHECK(indexes_of(db).empty());
    downgrade(connection, changes, before, state);
    CHECK(indexes_of(db) == attached);
    CHECK(db.dump() == original);
    CHECK(described(differences(connection, before)) == Lines{});
    // The state is the database's, so that the next revision fits.
    auto models = before;
    models.find("parts")->indexes[0].comment = "of some";
    upgrade(connection, models, state);
    CHECK(indexes_of(db) == attached);
}

TEST_CASE("indexes that are ONLY a partitioned table's are made by a revision as they were",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase original(TestDialect::postgresql);
    original.shell(std::string(partitions) + indexes);
    auto live = connect(original);
    const MetaData models = strata::schema::reflect(live);
    CHECK(described(differences(live, models)) == Lines{});

    // All at once.
    const TestDatabase copy(TestDialect::postgresql);
    auto connection = connect(copy);
    run_operations(connection, differences(connection, models), {});
    CHECK(without_privileges(copy.dump()) == without_privileges(original.dump()));
    CHECK(described(differences(connection, models)) == Lines{});

    // The indexes alone, and back.
    const TestDatabase later(TestDialect::postgresql);
    later.shell(partitions);
    const auto bare = later.dump();
    auto other = connect(later);
    const MetaData before = strata::schema::reflect(other);
    const auto changes = differences(other, models);
    run_operations(other, changes, before);
    CHECK(without_privileges(later.dump()) == without_privileges(original.dump()));
    run_operations(other, reverse_all(changes, before), models);
    CHECK(later.dump() == bare);
}

TEST_CASE("an index that is ONLY a partitioned table's is no endless difference",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + indexes);
    auto connection = connect(db);
    const MetaData models = strata::schema::reflect(connection);
    REQUIRE(models.find("parts")->indexes.size() == 1);
    CHECK(models.find("parts")->indexes[0].only);
    CHECK(models.find("part_1")->indexes[0].attached_to.name == "half");
    CHECK(models.find("part_2")->indexes[0].attached_to.empty());

    // What the models do not say of a partition's index is not taken away.
    auto silent = models;
    silent.find("part_1")->indexes[0].attached_to = {};
    CHECK(described(differences(connection, silent)) == Lines{});

    // The last part is attached, which completes the index.
    auto whole = models;
    whole.find("part_2")->indexes[0].attached_to = "half";
    const auto attaching = differences(connection, whole);
    CHECK(described(attaching) == Lines{"drop index part_2_b on part_2", "create index part_2_b on part_2"});
    run_operations(connection, attaching, models);
    CHECK(db.shell("SELECT indisvalid FROM pg_index WHERE indexrelid = 'half'::regclass") == "t");
    CHECK(described(differences(connection, whole)) == Lines{});
    CHECK_FALSE(strata::schema::reflect(connection).find("parts")->indexes[0].only);
}

TEST_CASE("dropping an index that others are attached to, or one that is attached, leaves the others",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(partitions) + indexes);
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    const auto names = [&] {
        return db.shell("SELECT indexname FROM pg_indexes WHERE tablename LIKE 'part%' ORDER BY 1");
    };
    auto models = before;
    const bool whole = GENERATE(true, false);
    if (whole) {
        models.find("parts")->indexes.clear();
        models.find("part_1")->indexes[0].attached_to = {};
    } else {
        models.find("part_1")->indexes.clear();
    }
    run_operations(connection, differences(connection, models), before);
    CHECK(names() == (whole ? "part_1_b\npart_2_b" : "half\npart_2_b"));
    CHECK(described(differences(connection, models)) == Lines{});
    if (!whole) CHECK(db.shell("SELECT obj_description('half'::regclass)") == "half of it");
}

TEST_CASE("what mentions an enum's column stays as it was when the labels change",
          "[migrate][autogenerate][postgresql][partitioned_indexes]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell("CREATE TYPE color AS ENUM ('red', 'green', 'blue')");
    const bool partitioned = GENERATE(false, true);
    if (partitioned)
        db.shell(R"(CREATE TABLE t (a integer, c color) PARTITION BY LIST (a);
            CREATE TABLE part_1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE part_2 PARTITION OF t FOR VALUES IN (2);
            CREATE INDEX half ON ONLY t ((c = 'red')); CREATE INDEX part_1_c ON part_1 ((c = 'red'));
            ALTER INDEX half ATTACH PARTITION part_1_c; CREATE INDEX part_2_c ON part_2 (a) WHERE c = 'red';
            ALTER TABLE t ADD CONSTRAINT no_red CHECK (c <> 'red'); COMMENT ON CONSTRAINT no_red ON t IS 'not red';
            ALTER TABLE part_2 ALTER COLUMN c SET DEFAULT 'blue'; INSERT INTO t VALUES (1, 'blue');
            COMMENT ON INDEX half IS 'half of it'; COMMENT ON INDEX part_1_c IS 'a part')");
    else
        db.shell(R"(CREATE TABLE t (a integer, c color, CONSTRAINT no_red CHECK (c <> 'red'));
            COMMENT ON CONSTRAINT no_red ON t IS 'not red')");
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    const auto attached = indexes_of(db);
    const auto original = db.dump();
    auto models = before;
    for (auto& table : models.tables) table.find_column("c")->type.labels = {"red", "blue"};
    for (auto& object : models.objects)
        if (!object.labels.empty()) object.labels = {"red", "blue"};
    const auto changes = upgrade(connection, models, state);
    CHECK(indexes_of(db) == attached);
    CHECK(db.shell("SELECT enum_range(NULL::color)") == "{red,blue}");
    CHECK(db.shell("SELECT obj_description(oid) FROM pg_constraint WHERE conrelid = 't'::regclass") == "not red");
    downgrade(connection, changes, before, state);
    CHECK(db.dump() == original);
}

TEST_CASE("the comment of a sequence that numbers a column changes, and the sequence stays",
          "[migrate][autogenerate][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    db.shell(
        R"(CREATE TABLE t (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY); COMMENT ON SEQUENCE t_id_seq IS 'one';
        INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES)");
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    auto models = before;
    models.find("t")->find_column("id")->identity.options.comment = "it's two";
    models.find("t")->find_column("n")->identity.options.comment = "of n";
    const auto oids = db.shell("SELECT 't_id_seq'::regclass::oid, 't_n_seq'::regclass::oid");
    const auto comments = [&] {
        return db.shell(
            "SELECT coalesce(obj_description('t_id_seq'::regclass), '-'), "
            "coalesce(obj_description('t_n_seq'::regclass), '-')");
    };
    const auto changes = differences(connection, models);
    run_operations(connection, changes, before);
    CHECK(comments() == "it's two|of n");
    CHECK(described(differences(connection, models)) == Lines{});
    run_operations(connection, reverse_all(changes, before), models);
    CHECK(comments() == "one|-");
    CHECK(db.shell("SELECT 't_id_seq'::regclass::oid, 't_n_seq'::regclass::oid") == oids);
    CHECK(db.shell("INSERT INTO t DEFAULT VALUES RETURNING id, n") == "3|3");
}

TEST_CASE("comments and statistics targets that hang on an index or a sequence are made by a revision",
          "[migrate][autogenerate][postgresql]") {
    const TestDatabase original(TestDialect::postgresql);
    original.shell(R"(
        CREATE TABLE t (id serial PRIMARY KEY, n integer GENERATED ALWAYS AS IDENTITY, b text UNIQUE);
        COMMENT ON INDEX t_pkey IS 'of the key'; COMMENT ON INDEX t_b_key IS 'of b'; COMMENT ON SEQUENCE t_n_seq IS 'n';
        CREATE INDEX e ON t (b, lower(b)); ALTER INDEX e ALTER COLUMN 2 SET STATISTICS 50;)");
    auto live = connect(original);
    const MetaData models = strata::schema::reflect(live);
    const TestDatabase db(TestDialect::postgresql);
    db.shell("CREATE TABLE t (id serial PRIMARY KEY, b text UNIQUE); CREATE INDEX e ON t (b, lower(b))");
    auto connection = connect(db);
    const MetaData before = strata::schema::reflect(connection);
    const auto bare =
        db.shell("SELECT count(*) FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid > 16384");
    const auto changes = differences(connection, models);
    run_operations(connection, changes, before);
    CHECK(described(differences(connection, models)) == Lines{});
    CHECK(db.shell("SELECT obj_description('t_pkey'::regclass), obj_description('t_b_key'::regclass), "
                   "obj_description('t_n_seq'::regclass)") == "of the key|of b|n");
    CHECK(db.shell("SELECT attstattarget FROM pg_attribute WHERE attrelid = 'e'::regclass AND attnum = 2") == "50");
    run_operations(connection, reverse_all(changes, before), models);
    CHECK(described(differences(connection, before)) == Lines{});
    CHECK(db.shell("SELECT count(*) FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid > 16384") ==
          bare);
}
