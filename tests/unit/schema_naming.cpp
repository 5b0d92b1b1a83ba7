#include "support/catch.hpp"

#include <strata/schema/naming.hpp>

using namespace strata::schema;

TEST_CASE("constraints and indexes are named by convention", "[unit]") {
    CHECK(primary_key_name("songs") == "pk_songs");
    CHECK(unique_name("songs", {"album_id", "number"}) == "uq_songs_album_id_number");
    CHECK(foreign_key_name("songs", {"user_id"}, "users") == "fk_songs_user_id_users");
    CHECK(check_name("songs", "title_not_empty") == "ck_songs_title_not_empty");
    CHECK(check_name("songs", "ck_own") == "ck_own");
    CHECK(index_name("songs", {{"status", "", false}, {"created_at", "", true}}) == "ix_songs_status_created_at");
    CHECK(type_check_name("songs", "status", "enum") == "ck_songs_status_enum");
}

TEST_CASE("a name that PostgreSQL would truncate stays unique and within 63 bytes", "[unit]") {
    const std::string table(40, 't');
    const auto one = unique_name(table, {"a_rather_long_column_name", "one"});
    const auto two = unique_name(table, {"a_rather_long_column_name", "two"});
    CHECK(one.size() == 63);
    CHECK(two.size() == 63);
    CHECK(one != two);
    CHECK(one == unique_name(table, {"a_rather_long_column_name", "one"}));
    CHECK(primary_key_name(std::string(60, 't')).size() == 63);
    CHECK(primary_key_name(std::string(60, 't')).find('_', 3) == std::string::npos);

    const auto check = type_check_name(table, std::string(40, 'c'), "boolean");
    CHECK(check.size() <= 63);
    CHECK(check.ends_with("_boolean"));
}

TEST_CASE("a long name is not truncated inside of a character", "[unit]") {
    for (int letters = 20; letters < 40; ++letters) {
        std::string table;
        for (int i = 0; i < letters; ++i) table += "\xC3\xA9";  // é
        const auto name = primary_key_name(table + table);
        CHECK(name.size() <= 63);
        std::size_t continuation = 0;
        std::size_t lead = 0;
        for (const char c : name) {
            lead += c == '\xC3' ? 1U : 0U;
            continuation += c == '\xA9' ? 1U : 0U;
        }
        CHECK(lead == continuation);
    }
}

TEST_CASE("only unnamed constraints get a name", "[unit]") {
    Table table;
    table.name = "songs";
    table.primary_key = PrimaryKey{"", {"id"}};
    table.uniques = {{"mine", {"title"}}, {"", {"number"}}};
    table.foreign_keys = {{"", {"user_id"}, "users", {"id"}}};
    table.indexes = {{"", {{"title", "", false}}}};
    name_constraints(table);
    CHECK(table.primary_key->name == "pk_songs");
    CHECK(table.uniques[0].name == "mine");
    CHECK(table.uniques[1].name == "uq_songs_number");
    CHECK(table.foreign_keys[0].name == "fk_songs_user_id_users");
    CHECK(table.indexes[0].name == "ix_songs_title");
}
