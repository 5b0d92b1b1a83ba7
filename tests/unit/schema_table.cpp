#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

#include <optional>
#include <string>
#include <vector>

using Catch::Matchers::Contains;

namespace schema_table_models {

struct User {
    std::int64_t id{};
    std::string email{};
};
STRATA_MODEL(User, users, id, email)
STRATA_FACTS(users, max_length(users.email, 255), unique(users.email))

enum class SongStatus { queued, done };
BOOST_DESCRIBE_ENUM(SongStatus, queued, done)

struct Song {
    std::int64_t id{};
    std::string class_{};
    SongStatus status{};
    std::optional<std::int64_t> user_id{};
    strata::Decimal price{};
    std::vector<std::string> tags{};
    std::vector<SongStatus> seen{};
    std::int32_t plays{};
    strata::Json extra{};
    std::optional<strata::Decimal> total{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Song, (songs, "music songs"), id, (class_, "class"), status, user_id, price, tags, seen, plays, extra,
             total, created_at)
STRATA_FACTS(songs, precision(songs.price, 10, 2),
             references(songs.user_id, users.id, on_delete::set_null, on_update::cascade),
             server_default(songs.created_at, now()), server_default(songs.plays, 0),
             server_default(songs.status, SongStatus::queued), computed(songs.total, "price * plays"))

struct Keyless {
    std::string text{};
};
STRATA_MODEL(Keyless, keyless, text)

struct Crooked {
    std::int64_t id{};
    std::string user_id{};
};
STRATA_MODEL(Crooked, crooked, id, user_id)
STRATA_FACTS(crooked, references(columns(crooked.user_id), columns(users.id)))

struct Pair {
    std::int32_t left{};
    std::int32_t right{};
};
STRATA_MODEL(Pair, pairs, left, right)
STRATA_FACTS(pairs, primary_key(pairs.left, pairs.right), unique_named("one_way", pairs.right, pairs.left))

struct Version {
    std::int64_t id{};
};
STRATA_MODEL(Version, (versions, "strata_version"), id)

}  // namespace schema_table_models

using namespace schema_table_models;
using namespace strata::schema;
using strata::UsageError;

TEST_CASE("a model and its facts describe a table", "[unit]") {
    const Table table = strata::schema::table(songs);
    CHECK(table.name == "music songs");
    REQUIRE(table.columns.size() == 11);
    CHECK(table.columns[0] == Column{.name = "id", .type = BigInteger(), .identity = true});
    CHECK(table.columns[1] == Column{.name = "class", .type = Text()});
    CHECK(table.columns[2].type == Enum("song_status", {"queued", "done"}));
    CHECK(table.columns[2].server_default->text == "queued");
    CHECK(table.columns[3] == Column{.name = "user_id", .type = BigInteger(), .nullable = true});
    CHECK(table.columns[4].type == Numeric(10, 2));
    CHECK(table.columns[5].type == Array(Text()));
    CHECK(table.columns[6].type == Array(Enum("song_status", {"queued", "done"})));
    CHECK(table.columns[7].type == Integer());
    CHECK(table.columns[7].server_default == strata::core::ServerDefault::literal(strata::core::Value::integer(0)));
    CHECK(table.columns[8].type == JsonType());
    CHECK(table.columns[9].computed == "price * plays");
    CHECK(table.columns[9].nullable);
    CHECK(table.columns[10].server_default == strata::core::ServerDefault::now());
    CHECK(table.primary_key == PrimaryKey{"pk_music songs", {"id"}});
    REQUIRE(table.foreign_keys.size() == 1);
    CHECK(table.foreign_keys[0] == ForeignKey{"fk_music songs_user_id_users",
                                              {"user_id"},
                                              "users",
                                              {"id"},
                                              ReferentialAction::set_null,
                                              ReferentialAction::cascade});
    CHECK(strata::schema::table(users).columns[1].type == String(255));
    CHECK(strata::schema::table(users).uniques == std::vector<UniqueConstraint>{{"uq_users_email", {"email"}}});
}

TEST_CASE("a composite key is not generated and names can be given", "[unit]") {
    const Table table = strata::schema::table(pairs);
    CHECK(table.primary_key == PrimaryKey{"pk_pairs", {"left", "right"}});
    CHECK_FALSE(table.columns[0].identity);
    CHECK(table.uniques == std::vector<UniqueConstraint>{{"one_way", {"right", "left"}}});
}

TEST_CASE("indexes, checks, comments and names are added to a table", "[unit]") {
    const Table table = strata::schema::table(
        songs, index(songs.status, songs.created_at), index(songs.class_).unique().where("plays > 0").named("by_class"),
        index_on("by_lower", "lower(class)"), check("cheap", "price < 100"), check("ck_plays", "plays >= 0"),
        comment("what is sung"), comment(songs.class_, "a genre"), primary_key_named("songs_pkey"),
        foreign_key_named("songs_user", songs.user_id));
    REQUIRE(table.indexes.size() == 3);
    CHECK(table.indexes[0].name == "ix_music songs_status_created_at");
    CHECK(table.indexes[1] == Index{"by_class", {{"class", "", false}}, true, "plays > 0"});
    CHECK(table.indexes[2] == Index{"by_lower", {{"", "lower(class)", false}}});
    CHECK(table.checks ==
          std::vector<CheckConstraint>{{"ck_music songs_cheap", "price < 100"}, {"ck_plays", "plays >= 0"}});
    CHECK(table.comment == "what is sung");
    CHECK(table.columns[1].comment == "a genre");
    CHECK(table.primary_key->name == "songs_pkey");
    CHECK(table.foreign_keys[0].name == "songs_user");
}

TEST_CASE("each mistake in a model is one clear line", "[unit]") {
    CHECK_THROWS_WITH(strata::schema::table(keyless),
                      "model Keyless (table keyless) has no primary key; give it a member id, or primary_key(...) or "
                      "no_key() in STRATA_FACTS");
    CHECK_THROWS_WITH(strata::schema::table(crooked),
                      Contains("column user_id refers to users.id, which has another type"));
    CHECK_THROWS_WITH(strata::schema::table(versions), Contains("where migrations are recorded"));
    CHECK_THROWS_WITH(strata::schema::table(songs, index(users.email)),
                      Contains("an index names column email of table users"));
    CHECK_THROWS_WITH(strata::schema::table(songs, index()), Contains("an index has no column"));
    CHECK_THROWS_WITH(strata::schema::table(songs, index(songs.status), index(songs.status)),
                      Contains("the name ix_music songs_status is used twice"));
    CHECK_THROWS_WITH(strata::schema::table(songs, foreign_key_named("x", songs.status)),
                      Contains("nothing stands on the columns"));
    CHECK_THROWS_WITH((MetaData{strata::schema::table(users), strata::schema::table(users)}),
                      Contains("table users is named twice"));
    CHECK_THROWS_AS(strata::schema::table(keyless), UsageError);
}

namespace {

Table refers(const std::string& name, const std::vector<std::string>& others) {
    Table table;
    table.name = name;
    for (const auto& other : others) table.foreign_keys.push_back({"", {"x"}, other, {"id"}});
    return table;
}

std::string order(const MetaData& metadata) {
    std::string names;
    for (const Table* table : metadata.sorted_tables()) names += table->name.name;
    return names;
}

}  // namespace

TEST_CASE("tables follow those they refer to and keep their order otherwise", "[unit]") {
    CHECK(order({refers("a", {}), refers("b", {}), refers("c", {})}) == "abc");
    CHECK(order({refers("a", {"c"}), refers("b", {}), refers("c", {})}) == "bca");
    CHECK(order({refers("a", {"b"}), refers("b", {"c"}), refers("c", {})}) == "cba");
    CHECK(order({refers("a", {"a", "elsewhere"}), refers("b", {"a"})}) == "ab");
    CHECK(order({}).empty());
}

TEST_CASE("tables of a cycle keep their order and precede their dependents", "[unit]") {
    CHECK(order({refers("d", {"b"}), refers("b", {"a"}), refers("a", {"b"})}) == "bad");
    CHECK(order({refers("a", {"b", "z"}), refers("b", {"a"}), refers("z", {})}) == "zab");
    CHECK(order({refers("a", {"b"}), refers("b", {"a", "c"}), refers("c", {"d"}), refers("d", {"c"})}) == "cdab");
}
