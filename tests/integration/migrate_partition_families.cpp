// What a partitioned table hands down to its partitions (indexes, constraints, columns) changes with it. The scripts of
// `strata diff --sql` are run by psql, and operations as a history runs them, up and down; pg_dump says what was made.

#include "migrate_rebuild_support.hpp"
#include "postgresql_dump.hpp"
#include "strata_program.hpp"

#include <strata/core/url.hpp>
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

struct Change {
    const char* what;
    const char* before;
    const char* after;
};

/// Three levels: parts, part_1 and part_2, of which the second has part_2_x and part_2_rest.
constexpr const char* tree = R"(
    CREATE TABLE other (id integer PRIMARY KEY);
    CREATE TABLE parts (a integer NOT NULL, b text NOT NULL, c integer) PARTITION BY LIST (a);
    CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1);
    CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2) PARTITION BY LIST (b);
    CREATE TABLE part_2_x PARTITION OF part_2 FOR VALUES IN ('x');
    CREATE TABLE part_2_rest PARTITION OF part_2 DEFAULT;
    INSERT INTO parts VALUES (1, 'one', 1), (2, 'x', 2), (2, 'y', 3);)";

const Change changes_of_indexes[] = {
    {"an index is added", "", "CREATE INDEX by_c ON parts (c)"},
    {"an index with parts of other names is added", "",
     "CREATE INDEX one ON part_1 (c); CREATE INDEX x ON part_2_x (c); CREATE INDEX by_c ON parts (c);"
     "COMMENT ON INDEX x IS 'of x'; COMMENT ON INDEX by_c IS 'of all'"},
    {"an index gets another column", "CREATE INDEX by_c ON parts (c)", "CREATE INDEX by_c ON parts (c, b)"},
    {"an index becomes unique", "CREATE INDEX by_c ON parts (a, b)", "CREATE UNIQUE INDEX by_c ON parts (a, b)"},
    {"an index gets a comment", "CREATE INDEX by_c ON parts (c)",
     "CREATE INDEX by_c ON parts (c); COMMENT ON INDEX by_c IS 'of c'; COMMENT ON INDEX part_1_c_idx IS 'of one'"},
    {"one part's index gets a setting", "CREATE INDEX by_c ON parts (c)",
     "CREATE INDEX by_c ON parts (c); ALTER INDEX part_2_x_c_idx SET (fillfactor = 60)"},
    {"a part keeps its index as its own", "CREATE INDEX by_c ON parts (c)", "CREATE INDEX part_1_c_idx ON part_1 (c)"},
    {"a part's own index becomes one of all", "CREATE INDEX mine ON part_1 (c)",
     "CREATE INDEX mine ON part_1 (c); CREATE INDEX by_c ON parts (c)"},
    {"an index is of a branch", "CREATE INDEX by_c ON parts (c)", "CREATE INDEX by_c ON part_2 (c)"},
    {"an index is used by CLUSTER and the replica identity", "",
     "CREATE UNIQUE INDEX by_all ON parts (a, b); ALTER TABLE part_1 CLUSTER ON part_1_a_b_idx;"
     "ALTER TABLE part_1 REPLICA IDENTITY USING INDEX part_1_a_b_idx"},
};

const Change changes_of_constraints[] = {
    {"a key is added", "", "ALTER TABLE parts ADD PRIMARY KEY (a, b)"},
    {"a key has parts with names of their own", "",
     "ALTER TABLE part_1 ADD CONSTRAINT k1 PRIMARY KEY (a, b); ALTER TABLE parts ADD CONSTRAINT k PRIMARY KEY (a, b)"},
    {"a key gets another column", "ALTER TABLE parts ADD PRIMARY KEY (a, b); ALTER TABLE parts ALTER c SET NOT NULL",
     "ALTER TABLE parts ADD PRIMARY KEY (a, b, c)"},
    {"a unique constraint is added", "", "ALTER TABLE parts ADD CONSTRAINT u UNIQUE (b, a)"},
    {"a unique constraint changes", "ALTER TABLE parts ADD CONSTRAINT u UNIQUE (b, a)",
     "ALTER TABLE parts ADD CONSTRAINT u UNIQUE (a, b, c)"},
    {"a part keeps its unique constraint", "ALTER TABLE parts ADD CONSTRAINT u UNIQUE (b, a)",
     "ALTER TABLE part_1 ADD CONSTRAINT part_1_b_a_key UNIQUE (b, a)"},
    {"a part gets an exclude constraint", "", "ALTER TABLE part_1 ADD CONSTRAINT apart EXCLUDE USING btree (c WITH =)"},
    {"a part's exclude constraint changes", "ALTER TABLE part_1 ADD CONSTRAINT apart EXCLUDE USING btree (c WITH =)",
     "ALTER TABLE part_1 ADD CONSTRAINT apart EXCLUDE USING btree (b WITH =)"},
    {"a check is added", "",
     "ALTER TABLE parts ADD CONSTRAINT positive CHECK (a > 0);"
     "COMMENT ON CONSTRAINT positive ON parts IS 'more'; COMMENT ON CONSTRAINT positive ON part_1 IS 'one'"},
    {"a check changes", "ALTER TABLE parts ADD CONSTRAINT positive CHECK (a > 0)",
     "ALTER TABLE parts ADD CONSTRAINT positive CHECK (a > -1)"},
    {"a check is one part's", "ALTER TABLE parts ADD CONSTRAINT positive CHECK (a > 0)",
     "ALTER TABLE part_1 ADD CONSTRAINT positive CHECK (a > 0)"},
    {"a foreign key is added", "INSERT INTO other VALUES (1), (2), (3)",
     "ALTER TABLE parts ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES other"},
    {"a foreign key changes",
     "INSERT INTO other VALUES (1), (2), (3); ALTER TABLE parts ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES other",
     "ALTER TABLE parts ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES other ON DELETE CASCADE"},
};

const Change changes_of_columns[] = {
    {"a column is added", "", "ALTER TABLE parts ADD d integer NOT NULL DEFAULT 5"},
    {"a column is added that a part says otherwise", "",
     "ALTER TABLE parts ADD d integer DEFAULT 5; ALTER TABLE part_1 ALTER d SET DEFAULT 6; ALTER TABLE part_1 ALTER d "
     "SET NOT NULL; COMMENT ON COLUMN part_1.d IS 'its d'"},
    {"a default changes, and one part has its own",
     "ALTER TABLE parts ALTER c SET DEFAULT 1; ALTER TABLE part_1 ALTER c SET DEFAULT 9",
     "ALTER TABLE parts ALTER c SET DEFAULT 2; ALTER TABLE part_1 ALTER c SET DEFAULT 9"},
    {"NULL is allowed but in one part", "ALTER TABLE parts ALTER c SET NOT NULL",
     "ALTER TABLE part_1 ALTER c SET NOT NULL"},
    {"a type changes under an index", "CREATE INDEX by_c ON parts (c)",
     "ALTER TABLE parts ALTER c TYPE bigint; CREATE INDEX by_c ON parts (c)"},
    {"a column is added with an index and a check", "",
     "ALTER TABLE parts ADD d integer CONSTRAINT small CHECK (d < 9); CREATE INDEX by_d ON parts (d)"},
};

const Change changes_of_partitions[] = {
    {"a part is detached", "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD CONSTRAINT u UNIQUE (b, a)",
     "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD CONSTRAINT u UNIQUE (b, a); ALTER TABLE parts DETACH "
     "PARTITION part_1"},
    {"a part is detached and the index goes", "CREATE INDEX by_c ON parts (c)",
     "CREATE INDEX part_1_c_idx ON part_1 (c); ALTER TABLE parts DETACH PARTITION part_1"},
    {"a part is dropped", "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b)",
     "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b); DROP TABLE part_1"},
    {"a part is dropped with the index", "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b)",
     "DROP TABLE part_1"},
    {"a part is dropped of a table that another refers to",
     "ALTER TABLE parts ADD PRIMARY KEY (a, b); CREATE TABLE refers (a integer, b text, FOREIGN KEY (a, b) REFERENCES "
     "parts)",
     "ALTER TABLE parts ADD PRIMARY KEY (a, b); CREATE TABLE refers (a integer, b text, FOREIGN KEY (a, b) REFERENCES "
     "parts);"
     "ALTER TABLE parts DETACH PARTITION part_1; DROP TABLE part_1"},
    {"all parts are dropped with what refers to them",
     "ALTER TABLE parts ADD PRIMARY KEY (a, b); CREATE TABLE refers (a integer, b text, FOREIGN KEY (a, b) REFERENCES "
     "parts)",
     "DROP TABLE parts"},
    {"a part is added", "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b)",
     "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b); CREATE TABLE part_3 PARTITION OF parts "
     "FOR VALUES IN (3)"},
    {"a part and an index are added", "",
     "CREATE INDEX by_c ON parts (c); ALTER TABLE parts ADD PRIMARY KEY (a, b); CREATE TABLE part_3 PARTITION OF parts "
     "FOR VALUES IN (3)"},
    {"a part gets another bound", "CREATE INDEX by_c ON parts (c)",
     "CREATE INDEX by_c ON parts (c); ALTER TABLE parts DETACH PARTITION part_1; ALTER TABLE parts ATTACH PARTITION "
     "part_1 FOR VALUES IN (1, 7)"},
};

/// As a user brings one database to another.
void by_script(const Change& change) {
    INFO(change.what);
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(tree) + change.before);
    const TestDatabase wanted(TestDialect::postgresql);
    wanted.shell(std::string(tree) + "INSERT INTO other VALUES (1), (2), (3) ON CONFLICT DO NOTHING;" + change.after);
    const auto script = run_strata({"diff", db.url(), wanted.url(), "--sql"});
    INFO(script.out);
    CHECK(script.err == "");
    CHECK(script.exit_code == 1);
    try {
        db.shell(script.out);
    } catch (const std::exception& error) {
        FAIL_CHECK(error.what());
        return;
    }
    CHECK(without_privileges(db.dump()) == without_privileges(wanted.dump()));
    CHECK(run_strata({"diff", db.url(), wanted.url()}).out == "no differences\n");
}

/// Runs the operations and replays them; the test goes on with the next change where that fails.
bool runs(strata::core::Connection& connection, const std::vector<Operation>& operations, MetaData& state) {
    try {
        run_operations(connection, operations, state);
        for (const auto& operation : operations) apply(state, operation);
        return true;
    } catch (const std::exception& error) {
        FAIL_CHECK(error.what());
        return false;
    }
}

/// As a history does, and back.
void by_history(const Change& change) {
    INFO(change.what);
    const TestDatabase db(TestDialect::postgresql);
    db.shell(std::string(tree) + change.before);
    const TestDatabase wanted(TestDialect::postgresql);
    wanted.shell(std::string(tree) + "INSERT INTO other VALUES (1), (2), (3) ON CONFLICT DO NOTHING;" + change.after);
    auto live = connect(wanted);
    const MetaData models = strata::schema::reflect(live);
    auto connection = connect(db);
    const auto original = db.dump();
    const MetaData before = strata::schema::reflect(connection);
    auto state = before;
    const auto up = differences(connection, models);
    CAPTURE(described(up));
    if (!runs(connection, up, state)) return;
    CHECK(without_privileges(db.dump()) == without_privileges(wanted.dump()));
    CHECK(described(differences(connection, models)) == Lines{});
    CHECK(described(differences(connection, state)) == Lines{});
    const auto down = reverse_all(up, before);
    CAPTURE(described(down));
    if (!runs(connection, down, state)) return;
    CHECK(db.dump() == original);
    CHECK(described(differences(connection, before)) == Lines{});
    CHECK(described(differences(connection, state)) == Lines{});
}

}  // namespace

TEST_CASE("a script of strata diff changes the indexes of a partitioned table once, for all partitions",
          "[models][diff_sql][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_indexes) by_script(change);
}
TEST_CASE("a script of strata diff changes the constraints of a partitioned table once, for all partitions",
          "[models][diff_sql][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_constraints) by_script(change);
}
TEST_CASE("a script of strata diff changes the columns of a partitioned table once, for all partitions",
          "[models][diff_sql][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_columns) by_script(change);
}
TEST_CASE("a script of strata diff takes partitions away and adds them, with their indexes and keys",
          "[models][diff_sql][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_partitions) by_script(change);
}

TEST_CASE("a revision changes the indexes of a partitioned table once, for all partitions, and changes them back",
          "[migrate][autogenerate][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_indexes) by_history(change);
}
TEST_CASE("a revision changes the constraints of a partitioned table once, for all partitions, and changes them back",
          "[migrate][autogenerate][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_constraints) by_history(change);
}
TEST_CASE("a revision changes the columns of a partitioned table once, for all partitions, and changes them back",
          "[migrate][autogenerate][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_columns) by_history(change);
}
TEST_CASE("a revision takes partitions away and adds them, and does so backwards",
          "[migrate][autogenerate][partitioned_indexes][postgresql]") {
    for (const auto& change : changes_of_partitions) by_history(change);
}
