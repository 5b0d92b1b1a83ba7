#include "support/catch.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/table.hpp>

#include <functional>
#include <string>
#include <vector>

using namespace strata::migrate;
using namespace strata::schema;
using strata::core::Value;

namespace {

using Lines = std::vector<std::string>;

ServerDefault text(const char* value) { return ServerDefault::literal(Value::text(value)); }
ServerDefault number(int value) { return ServerDefault::literal(Value::integer(value)); }

Table table_named(const char* name, std::vector<Column> columns) {
    Table table;
    table.name = name;
    table.columns = {column("id", BigInteger()).identity()};
    table.columns.insert(table.columns.end(), columns.begin(), columns.end());
    table.primary_key = PrimaryKey{"pk_" + table.name, {"id"}};
    return table;
}

ForeignKey key_to(const char* name, const char* column_name, const char* referred) {
    return {name, {column_name}, referred, {"id"}, ReferentialAction::no_action, ReferentialAction::no_action};
}

MetaData models() {
    auto users = table_named("users", {column("email", String(255)), column("name", Text()).nullable()});
    users.uniques = {{"uq_users_email", {"email"}}};
    auto songs = table_named(
        "songs", {column("title", String(255)).server_default(text("new")), column("rating", Integer()).nullable(),
                  column("status", Enum("song_status", {"queued", "done"})), column("user_id", BigInteger()).nullable(),
                  column("loud", Text()).computed("upper(title)").nullable()});
    songs.foreign_keys = {key_to("fk_songs_user_id_users", "user_id", "users")};
    songs.checks = {{"ck_songs_rating", "rating > 0"}, {"ck_songs_title", "title <> ''"}};
    songs.indexes = {{"ix_songs_lower", {{"", "lower(title)"}}, false, "rating > 1"},
                     {"ix_songs_rating", {{"rating"}, {"title", "", true}}}};
    return {users, songs};
}

Table& songs(MetaData& metadata) { return *metadata.find("songs"); }
Table& users(MetaData& metadata) { return *metadata.find("users"); }
Column& song(MetaData& metadata, const char* name) { return *songs(metadata).find_column(name); }

struct Case {
    const char* name;
    std::function<void(MetaData&)> change;
    Lines expected;
};

std::vector<Operation> compare(const MetaData& database, const MetaData& wanted, const char* dialect) {
    const auto comparer = token_comparer();
    return compare_metadata(database, wanted, ddl_compiler(strata::core::dialect_for(dialect)), *comparer);
}

Lines described(const std::vector<Operation>& operations) {
    Lines lines;
    for (const auto& operation : operations) lines.push_back(describe(operation));
    return lines;
}

const std::vector<Case> cases{
    {"nothing", [](auto&) {}, {}},
    {"columns in another order", [](auto& m) { std::swap(songs(m).columns[1], songs(m).columns[2]); }, {}},
    {"constraints and indexes in another order",
     [](auto& m) {
         std::swap(songs(m).checks[0], songs(m).checks[1]);
         std::swap(songs(m).indexes[0], songs(m).indexes[1]);
     },
     {}},
    {"columns added, in the model's order",
     [](auto& m) {
         songs(m).columns.insert(songs(m).columns.begin() + 1, column("b", Text()).nullable());
         songs(m).columns.push_back(column("a", Text()).nullable());
     },
     {"add column songs.b", "add column songs.a"}},
    {"a NOT NULL column without a default: the reviewer decides",
     [](auto& m) { users(m).columns.push_back(column("age", Integer())); },
     {"add column users.age"}},
    {"a column renamed is one added and one dropped",
     [](auto& m) { users(m).columns[2].name = "nick"; },
     {"add column users.nick", "drop column users.name"}},
    {"length",
     [](auto& m) { song(m, "title").type = String(40); },
     {"drop column songs.loud", "alter column songs.title (type)", "add column songs.loud"}},
    {"length removed",
     [](auto& m) { song(m, "title").type = Text(); },
     {"drop column songs.loud", "alter column songs.title (type)", "add column songs.loud"}},
    {"integer size", [](auto& m) { song(m, "rating").type = BigInteger(); }, {"alter column songs.rating (type)"}},
    {"decimal", [](auto& m) { song(m, "rating").type = Numeric(10, 2); }, {"alter column songs.rating (type)"}},
    {"time zone", [](auto& m) { song(m, "rating").type = DateTimeTz(); }, {"alter column songs.rating (type)"}},
    {"enum label added",
     [](auto& m) { song(m, "status").type.labels.push_back("failed"); },
     {"alter column songs.status (type)"}},
    {"enum labels reordered",
     [](auto& m) { std::swap(song(m, "status").type.labels[0], song(m, "status").type.labels[1]); },
     {"alter column songs.status (type)"}},
    {"a native type is compared by its text",
     [](auto& m) { song(m, "rating").type = Native("some_type"); },
     {"alter column songs.rating (type)"}},
    {"nullable", [](auto& m) { song(m, "rating").nullable = false; }, {"alter column songs.rating (set not null)"}},
    {"not nullable", [](auto& m) { song(m, "title").nullable = true; }, {"alter column songs.title (drop not null)"}},
    {"a key is NOT NULL whatever the column says", [](auto& m) { song(m, "id").nullable = true; }, {}},
    {"default changed",
     [](auto& m) { song(m, "title").server_default = text("it's \\ \"new\""); },
     {"alter column songs.title (set server default)"}},
    {"default dropped",
     [](auto& m) { song(m, "title").server_default.reset(); },
     {"alter column songs.title (drop server default)"}},
    {"default set",
     [](auto& m) { song(m, "rating").server_default = number(3); },
     {"alter column songs.rating (set server default)"}},
    {"default spelt otherwise", [](auto& m) { song(m, "title").server_default = ServerDefault::sql("('new')"); }, {}},
    {"all of a column at once",
     [](auto& m) { song(m, "rating") = column("rating", Text()).server_default(text("x")); },
     {"alter column songs.rating (type, set not null, set server default)"}},
    {"index dropped", [](auto& m) { songs(m).indexes.pop_back(); }, {"drop index ix_songs_rating on songs"}},
    {"index added",
     [](auto& m) { songs(m).indexes.push_back({"title", {{"title"}}}); },  // named like a column
     {"create index title on songs"}},
    {"index order of columns",
     [](auto& m) { std::swap(songs(m).indexes[1].elements[0], songs(m).indexes[1].elements[1]); },
     {"drop index ix_songs_rating on songs", "create index ix_songs_rating on songs"}},
    {"index direction",
     [](auto& m) { songs(m).indexes[1].elements[1].descending = false; },
     {"drop index ix_songs_rating on songs", "create index ix_songs_rating on songs"}},
    {"index becomes unique",
     [](auto& m) { songs(m).indexes[1].unique = true; },
     {"drop index ix_songs_rating on songs", "create unique index ix_songs_rating on songs"}},
    {"index predicate",
     [](auto& m) { songs(m).indexes[0].where = "rating > 2"; },
     {"drop index ix_songs_lower on songs", "create index ix_songs_lower on songs"}},
    {"index predicate removed",
     [](auto& m) { songs(m).indexes[0].where = ""; },
     {"drop index ix_songs_lower on songs", "create index ix_songs_lower on songs"}},
    {"index expression",
     [](auto& m) { songs(m).indexes[0].elements[0].expression = "upper(title)"; },
     {"drop index ix_songs_lower on songs", "create index ix_songs_lower on songs"}},
    {"index expression spelt otherwise",
     [](auto& m) {
         songs(m).indexes[0].elements[0].expression = "LOWER( title )";
         songs(m).indexes[0].where = "(rating>1)";
     },
     {}},
    {"index renamed, in case only",
     [](auto& m) { songs(m).indexes[1].name = "IX_songs_rating"; },
     {"rename index ix_songs_rating to IX_songs_rating on songs"}},
    {"unique columns",
     [](auto& m) { users(m).uniques[0].columns = {"email", "name"}; },
     {"drop constraint uq_users_email on users", "create unique constraint uq_users_email on users"}},
    {"unique renamed",
     [](auto& m) { users(m).uniques[0].name = "one_email"; },
     {"rename constraint uq_users_email to one_email on users"}},
    {"unique instead of an index",
     [](auto& m) {
         songs(m).uniques.push_back({"uq_songs_rating", {"rating"}});
         songs(m).indexes.pop_back();
     },
     {"drop index ix_songs_rating on songs", "create unique constraint uq_songs_rating on songs"}},
    {"foreign key dropped",
     [](auto& m) { songs(m).foreign_keys.clear(); },
     {"drop constraint fk_songs_user_id_users on songs"}},
    {"foreign key action",
     [](auto& m) { songs(m).foreign_keys[0].on_delete = ReferentialAction::cascade; },
     {"drop constraint fk_songs_user_id_users on songs", "create foreign key fk_songs_user_id_users on songs"}},
    {"foreign key on update",
     [](auto& m) { songs(m).foreign_keys[0].on_update = ReferentialAction::restrict; },
     {"drop constraint fk_songs_user_id_users on songs", "create foreign key fk_songs_user_id_users on songs"}},
    {"foreign key renamed",
     [](auto& m) { songs(m).foreign_keys[0].name = "owner"; },
     {"rename constraint fk_songs_user_id_users to owner on songs"}},
    {"check added",
     [](auto& m) { songs(m).checks.push_back({"ck_a", "id > 0"}); },
     {"create check constraint ck_a on songs"}},
    {"check dropped", [](auto& m) { songs(m).checks.pop_back(); }, {"drop constraint ck_songs_title on songs"}},
    {"check changed",
     [](auto& m) { songs(m).checks[0].expression = "rating > 1"; },
     {"drop constraint ck_songs_rating on songs", "create check constraint ck_songs_rating on songs"}},
    {"check spelt otherwise", [](auto& m) { songs(m).checks[1].expression = "(\"title\" != '')"; }, {}},
    {"primary key columns",
     [](auto& m) {
         songs(m).primary_key->columns = {"id", "title"};
         song(m, "id").identity = false;
     },
     {"drop constraint pk_songs on songs", "alter column songs.id (drop identity)",
      "create primary key pk_songs on songs"}},
    {"primary key that is referred to",
     [](auto& m) { users(m).primary_key->name = "users_key"; },
     {"rename constraint pk_users to users_key on users"}},
    {"key and reference change their type",
     [](auto& m) {
         users(m).columns[0] = column("id", UuidType());
         song(m, "user_id").type = UuidType();
     },
     {"drop constraint fk_songs_user_id_users on songs", "alter column users.id (type, drop identity)",
      "alter column songs.user_id (type)", "create foreign key fk_songs_user_id_users on songs"}},
    {"computed expression",
     [](auto& m) { song(m, "loud").computed = "lower(title)"; },
     {"drop column songs.loud", "add column songs.loud"}},
    {"computed column with an index on it",
     [](auto& m) {
         song(m, "loud").computed = "lower(title)";
         songs(m).indexes.push_back({"ix_loud", {{"loud"}}});
     },
     {"drop column songs.loud", "add column songs.loud", "create index ix_loud on songs"}},
    {"a column dropped with all that hangs on it",
     [](auto& m) {
         std::erase_if(songs(m).columns, [](const auto& c) { return c.name == "rating" || c.name == "user_id"; });
         songs(m).indexes.clear();
         songs(m).foreign_keys.clear();
         songs(m).checks.erase(songs(m).checks.begin());
     },
     {"drop constraint fk_songs_user_id_users on songs", "drop index ix_songs_lower on songs",
      "drop index ix_songs_rating on songs", "drop constraint ck_songs_rating on songs", "drop column songs.rating",
      "drop column songs.user_id"}},
    {"tables made in the order they refer to each other",
     [](auto& m) {
         auto a = table_named("a", {column("b_id", BigInteger())});
         a.foreign_keys = {key_to("fk_a_b", "b_id", "b"), key_to("fk_a_a", "b_id", "a")};
         a.indexes = {{"ix_a", {{"b_id"}}}};
         m.tables.push_back(a);
         m.tables.push_back(table_named("b", {}));
         songs(m).columns.push_back(column("a_id", BigInteger()).nullable());
         songs(m).foreign_keys.push_back(key_to("fk_songs_a", "a_id", "a"));
     },
     {"create table b", "create table a", "add column songs.a_id", "create foreign key fk_songs_a on songs"}},
    {"tables that refer to each other",
     [](auto& m) {
         auto a = table_named("a", {column("b_id", BigInteger())});
         a.foreign_keys = {key_to("fk_a_b", "b_id", "b")};
         auto b = table_named("b", {column("a_id", BigInteger())});
         b.foreign_keys = {key_to("fk_b_a", "a_id", "a")};
         m.tables.push_back(a);
         m.tables.push_back(b);
     },
     {"create table a", "create table b", "create foreign key fk_a_b on a"}},
    {"a new table that refers to a key which comes with it",
     [](auto& m) {
         users(m).uniques.push_back({"uq_users_name", {"name"}});
         auto a = table_named("a", {column("name", Text())});
         a.foreign_keys = {{"fk_a_users", {"name"}, "users", {"name"}, {}, {}}};
         m.tables.push_back(a);
     },
     {"create table a", "create unique constraint uq_users_name on users", "create foreign key fk_a_users on a"}},
    {"a table dropped that others refer to",
     [](auto& m) {
         std::erase_if(m.tables, [](const auto& table) { return table.name == "users"; });
         songs(m).foreign_keys.clear();
     },
     {"drop constraint fk_songs_user_id_users on songs", "drop table users"}},
    {"all tables dropped, dependents first",
     [](auto& m) { m.tables.clear(); },
     {"drop table songs", "drop table users"}},
    {"a table renamed that keeps its constraints' names",
     [](auto& m) { songs(m).name = "tracks"; },
     {"drop table songs", "create table tracks"}},
};

}  // namespace

TEST_CASE("each difference gives its operations, and equal schemas give none", "[unit][autogenerate]") {
    for (const char* dialect : {"sqlite", "postgresql"})
        for (const auto& each : cases) {
            INFO(each.name << " (" << dialect << ")");
            auto wanted = models();
            each.change(wanted);
            const auto operations = compare(models(), wanted, dialect);
            CHECK(described(operations) == each.expected);
            CHECK(compare(models(), wanted, dialect) == operations);  // the same each time
        }
}

TEST_CASE("operations found carry one state into another and back, between any two states", "[unit][autogenerate]") {
    for (const char* dialect : {"sqlite", "postgresql"})
        for (const auto& from : cases)
            for (const auto& to : cases) {
                INFO(from.name << " -> " << to.name << " (" << dialect << ")");
                auto before = models();
                from.change(before);
                auto after = models();
                to.change(after);
                const auto operations = compare(before, after, dialect);
                auto state = before;
                for (const auto& operation : operations) REQUIRE_NOTHROW(apply(state, operation));
                CHECK(described(compare(state, after, dialect)) == Lines{});
                for (const auto& operation : reverse_all(operations, before)) REQUIRE_NOTHROW(apply(state, operation));
                CHECK(described(compare(state, before, dialect)) == Lines{});
            }
}

TEST_CASE("the version table is nobody's difference", "[unit][autogenerate]") {
    const auto version = table_named(std::string(version_table).c_str(), {});
    auto with = models();
    with.tables.push_back(version);
    CHECK(compare(with, models(), "sqlite").empty());
    CHECK(compare(models(), with, "postgresql").empty());
}

TEST_CASE("what the vocabulary cannot express is left alone", "[unit][autogenerate]") {
    auto database = models();
    songs(database).unmanaged = {{{ObjectKind::table, "songs"}, "COLLATE NOCASE on title"}};
    database.unmanaged = {{{ObjectKind::view, "song_list"}, "it cannot be read"}};
    CHECK(compare(database, models(), "sqlite").empty());
}

TEST_CASE("unnamed constraints are recognised by their columns or expression", "[unit][autogenerate]") {
    auto database = models();
    users(database).uniques[0].name.clear();
    users(database).primary_key->name.clear();
    songs(database).foreign_keys[0].name.clear();
    songs(database).checks.push_back({"", "rating < 9"});
    auto wanted = models();
    songs(wanted).checks.push_back({"ck_songs_rating_below_9", "rating < 9"});
    CHECK(described(compare(database, wanted, "sqlite")) == Lines{});

    wanted = models();
    users(wanted).uniques.clear();
    songs(wanted).foreign_keys.clear();
    CHECK(described(compare(database, wanted, "sqlite")) ==
          Lines{"drop constraint uq_users_email on users", "drop constraint fk_songs_user_id_users on songs",
                "drop constraint " + unnamed_check_name("songs", "rating < 9") + " on songs"});
}

TEST_CASE("comments are compared where the database keeps them", "[unit][autogenerate]") {
    auto wanted = models();
    songs(wanted).comment = "all of them";
    song(wanted, "title").comment = "as on the cover";
    CHECK(described(compare(models(), wanted, "postgresql")) ==
          Lines{"alter column songs.title (comment)", "set the comment of table songs"});
    CHECK(described(compare(wanted, models(), "postgresql")) ==
          Lines{"alter column songs.title (comment)", "set the comment of table songs"});
    CHECK(compare(models(), wanted, "sqlite").empty());
}

TEST_CASE("tables that refer to each other are dropped once nothing refers to them", "[unit][autogenerate]") {
    auto database = models();
    auto a = table_named("a", {column("b_id", BigInteger())});
    a.foreign_keys = {key_to("fk_a_b", "b_id", "b")};
    auto b = table_named("b", {column("a_id", BigInteger())});
    b.foreign_keys = {key_to("fk_b_a", "a_id", "a")};
    database.tables.push_back(a);
    database.tables.push_back(b);
    const auto operations = compare(database, models(), "sqlite");
    CHECK(described(operations) == Lines{"drop constraint fk_a_b on a", "drop table b", "drop table a"});
    for (const auto& operation : operations) CHECK_NOTHROW(apply(database, operation));
}
