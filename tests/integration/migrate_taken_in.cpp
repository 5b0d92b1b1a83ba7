// Tables that were not made by a migration: their numbering, their indexes and their types are taken as they are.

#include "migrate_rebuild_support.hpp"

#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/reflection.hpp>

using namespace strata::migrate;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

using Lines = std::vector<std::string>;

strata::core::Connection connect(const TestDatabase& db) {
    return strata::core::Connection(strata::core::Url::parse(db.url()));
}

MetaData users(std::vector<Operation> more = {}) {
    Operations op;
    op.create_table("users",
                    {column("id", BigInteger{}).identity(), column("email", Text{}), primary_key("pk_users", {"id"})});
    MetaData metadata;
    for (const auto& operation : op.operations()) apply(metadata, operation);
    for (const auto& operation : more) apply(metadata, operation);
    return metadata;
}

/// The sequences that belong to users.id.
const char* const owned_sequences =
    "SELECT count(*) FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S' WHERE d.refobjid = "
    "'users'::regclass AND d.refobjsubid = 1";

}  // namespace

TEST_CASE("a serial key is content as it is with a model's numbered key", "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    const std::string form = GENERATE(as<std::string>(), "id bigserial CONSTRAINT pk_users PRIMARY KEY",
                                      "id bigint DEFAULT nextval('numbers') CONSTRAINT pk_users PRIMARY KEY",
                                      "id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_users PRIMARY KEY");
    if (form.find("nextval") != std::string::npos) db.shell("CREATE SEQUENCE numbers");
    db.shell("CREATE TABLE users (" + form + ", email text NOT NULL)");
    if (form.find("nextval") != std::string::npos) db.shell("ALTER SEQUENCE numbers OWNED BY users.id");
    db.shell("INSERT INTO users (email) SELECT 'x' FROM generate_series(1, 50)");
    const auto schema = db.dump();
    CHECK(described(own_differences(connection, users())) == Lines{});
    CHECK(db.dump() == schema);
    CHECK(db.shell("INSERT INTO users (email) VALUES ('y') RETURNING id") == "51");
}

TEST_CASE("a serial key becomes an identity that goes on counting, and one sequence belongs to it",
          "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    // The history calls it numbered, the database has a serial, under a name that nobody would guess.
    db.shell(
        "CREATE SEQUENCE odd_name; CREATE TABLE users (id bigint DEFAULT nextval('odd_name') NOT NULL CONSTRAINT "
        "pk_users PRIMARY KEY, email text NOT NULL); ALTER SEQUENCE odd_name OWNED BY users.id; "
        "INSERT INTO users (email) VALUES ('a'), ('b'), ('c')");
    Operations op;
    op.alter_column("users", "id").identity(Numbering::always);
    run_operations(connection, op.operations(), users());
    CHECK(db.shell(owned_sequences) == "1");
    CHECK(db.shell("SELECT attidentity FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'id'") ==
          "a");
    CHECK(db.shell("INSERT INTO users (email) VALUES ('d') RETURNING id") == "4");

    Operations back;
    back.alter_column("users", "id").identity({Numbering::serial, "odd_name", {}});
    run_operations(connection, back.operations(), users());
    CHECK(db.shell(owned_sequences) == "1");
    CHECK(db.shell("SELECT replace(pg_get_serial_sequence('users', 'id'), '\"', '')") ==
          std::string(db.schema()) + ".odd_name");
    CHECK(db.shell("INSERT INTO users (email) VALUES ('e') RETURNING id") == "5");
    CHECK(described(own_differences(connection, users())) == Lines{});
}

TEST_CASE("an index that a model cannot say keeps its name without being made again",
          "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    db.shell("CREATE TABLE users (id bigserial CONSTRAINT pk_users PRIMARY KEY, email text NOT NULL)");
    const std::string index =
        GENERATE(as<std::string>(), "USING hash (email)", "(email) INCLUDE (id)", "(email text_pattern_ops)",
                 "(email NULLS FIRST)", "(email) WITH (fillfactor = 50)", "(email COLLATE \"C\")");
    db.shell("CREATE INDEX ix_users_email ON users " + index + "; CREATE INDEX of_a_dba ON users " + index);
    const auto schema = db.dump();
    const auto models = users({CreateIndex{"users", {"ix_users_email", {{"email"}}}}});
    CHECK(described(own_differences(connection, models)) == Lines{});

    // Where the model says another one, the old is replaced and comes back whole.
    const auto other = users({CreateIndex{"users", {"ix_users_email", {{"id"}}}}});
    const auto change = own_differences(connection, other);
    CHECK(described(change) == Lines{"drop index ix_users_email on users", "create index ix_users_email on users"});
    const auto before = strata::schema::reflect(connection);
    run_operations(connection, change, before);
    CHECK(described(own_differences(connection, other)) == Lines{});
    MetaData after = before;
    for (const auto& operation : change) apply(after, operation);
    run_operations(connection, reverse_all(change, before), after);
    CHECK(db.dump() == schema);
}

TEST_CASE("a table with a serial key that is dropped is taken back as it was", "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    db.shell(
        "CREATE UNLOGGED TABLE users (id serial CONSTRAINT pk_users PRIMARY KEY, at timestamp(3) DEFAULT now(), email "
        "varchar COLLATE \"C\" NOT NULL, tags varchar(5)[], CONSTRAINT uq UNIQUE (email) INCLUDE (tags) DEFERRABLE, "
        "CONSTRAINT ck CHECK (id > 0) NO INHERIT) WITH (fillfactor = 70); "
        "CREATE INDEX ix ON users USING gin (tags) WITH (fastupdate = off)");
    const auto schema = db.dump();
    const auto before = strata::schema::reflect(connection);
    const auto change = differences(connection, MetaData());
    CHECK(described(change) == Lines{"drop table users"});
    run_operations(connection, change, before);
    run_operations(connection, reverse_all(change, before), MetaData());
    CHECK(db.dump() == schema);
}

TEST_CASE("digits of a second and modifiers of elements that a model leaves open are left as they are",
          "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    db.shell(
        "CREATE TABLE users (id bigserial CONSTRAINT pk_users PRIMARY KEY, email text NOT NULL, at timestamptz(3) NOT "
        "NULL, tags varchar(5)[][] NOT NULL)");
    const auto models =
        users({AddColumn{"users", column("at", DateTimeTz{})}, AddColumn{"users", column("tags", Array{Text{}})}});
    CHECK(described(own_differences(connection, models)) == Lines{});
}

TEST_CASE("partitions, and keys to another schema, are another's and left alone", "[migrate][taken_in][postgresql]") {
    const TestDatabase db(TestDialect::postgresql);
    auto connection = connect(db);
    db.admin_shell(
        "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.t (id integer PRIMARY KEY); GRANT ALL ON SCHEMA elsewhere TO "
        "PUBLIC; GRANT ALL ON elsewhere.t TO PUBLIC");
    db.shell(
        "CREATE TABLE users (id bigserial CONSTRAINT pk_users PRIMARY KEY, email text NOT NULL, far integer CONSTRAINT "
        "fk_far REFERENCES elsewhere.t)");
    const auto models = users({AddColumn{"users", column("far", Integer{}).nullable()}});
    CHECK(described(own_differences(connection, models)) == Lines{});
    db.shell(
        "CREATE TABLE events (at integer NOT NULL) PARTITION BY RANGE (at); CREATE TABLE events_1 PARTITION OF events "
        "FOR "
        "VALUES FROM (1) TO (2)");
    const auto with_events =
        users({AddColumn{"users", column("far", Integer{}).nullable()},
               CreateTable{strata::schema::Table{.name = "events", .columns = {column("at", Integer{})}}}});
    CHECK(described(own_differences(connection, with_events)) == Lines{});
}
