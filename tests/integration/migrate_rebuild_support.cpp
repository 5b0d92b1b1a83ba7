#include "migrate_rebuild_support.hpp"

#include <strata/migrate/compare.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/table.hpp>

namespace strata::test {

using namespace strata::schema;

void create_tables(core::Connection& connection, const MetaData& metadata) {
    connection.begin(core::immediate_transaction);
    for (const auto& sql : create_all_sql(metadata, connection.dialect())) connection.execute(sql);
    connection.commit();
}

std::vector<migrate::Operation> differences(core::Connection& connection, const MetaData& models) {
    const auto comparer = expression_comparer(connection);
    return migrate::compare_metadata(reflect(connection), models, ddl_compiler(connection.dialect()), *comparer);
}

std::vector<migrate::Operation> own_differences(core::Connection& connection, const MetaData& models,
                                                MetaData history) {
    const auto& ddl = ddl_compiler(connection.dialect());
    const auto comparer = expression_comparer(connection);
    const auto ours = migrate::ours_of(reflect(connection), models, {std::move(history), {}, {}}, ddl);
    return migrate::compare_metadata(ours.database, models, ddl, *comparer);
}

std::vector<std::string> described(const std::vector<migrate::Operation>& operations) {
    std::vector<std::string> lines;
    for (const auto& operation : operations) lines.push_back(migrate::describe(operation));
    return lines;
}

MetaData music() {
    const auto text = [](const char* value) { return ServerDefault::literal(core::Value::text(value)); };

    Table users;
    users.name = "users";
    users.columns = {column("id", BigInteger()).identity(), column("email", String(255)),
                     column("name", Text()).nullable(),
                     column("joined_at", DateTimeTz()).server_default(ServerDefault::now())};
    users.primary_key = PrimaryKey{"pk_users", {"id"}};
    users.uniques = {{"uq_users_email", {"email"}}};

    Table songs;
    songs.name = "songs";
    songs.columns = {column("id", BigInteger()).identity(),
                     column("title", String(255)),
                     column("status", Enum("song_status", {"queued", "done"})).server_default(text("queued")),
                     column("user_id", BigInteger()).nullable(),
                     column("rating", Integer()).server_default(ServerDefault::literal(core::Value::integer(0))),
                     column("price", Numeric(8, 2)).nullable(),
                     column("year", Text()).nullable(),
                     column("public", Boolean()).server_default(ServerDefault::literal(core::Value::boolean(true))),
                     column("details", JsonType()).nullable(),
                     column("notes", Text()).nullable()};
    songs.primary_key = PrimaryKey{"pk_songs", {"id"}};
    songs.uniques = {{"uq_songs_title_user_id", {"title", "user_id"}}};
    songs.checks = {{"ck_songs_rating", "rating >= 0 AND rating <= 5"}, {"ck_songs_title", "length(title) > 0"}};
    songs.foreign_keys = {{"fk_songs_user_id_users",
                           {"user_id"},
                           "users",
                           {"id"},
                           ReferentialAction::set_null,
                           ReferentialAction::no_action}};
    songs.indexes = {{"ix_songs_lower_title", {{"", "lower(title)"}}},
                     {"ix_songs_public_title", {{"title"}}, true, "public AND user_id IS NULL"},
                     {"ix_songs_status_rating", {{"status"}, {"rating", "", true}}}};

    Table tags;
    tags.name = "tags";
    tags.columns = {column("song_id", BigInteger()), column("name", String(50)),
                    column("weight", Integer()).server_default(ServerDefault::literal(core::Value::integer(1)))};
    tags.primary_key = PrimaryKey{"pk_tags", {"song_id", "name"}};
    tags.foreign_keys = {{"fk_tags_song_id_songs",
                          {"song_id"},
                          "songs",
                          {"id"},
                          ReferentialAction::cascade,
                          ReferentialAction::cascade}};

    Table albums;
    albums.name = "albums";
    albums.columns = {column("code", String(20)), column("title", Text()), column("parent", String(20)).nullable(),
                      column("shown", Text()).computed("upper(title)").nullable()};
    albums.primary_key = PrimaryKey{"pk_albums", {"code"}};
    albums.foreign_keys = {{"fk_albums_parent_albums", {"parent"}, "albums", {"code"}}};
    return {users, songs, tags, albums};
}

const char* const music_rows =
    "INSERT INTO users (email, name) VALUES ('ada@example.org', 'Ada'), ('bob@example.org', NULL), ('cy@example.org', "
    "'Cy');"
    "INSERT INTO songs (title, status, user_id, rating, price, year, details, notes) VALUES"
    " ('Aria', 'queued', 1, 3, 1.25, '1969', '{\"bpm\":120}', 'first'),"
    " ('Blues', 'done', 1, 5, 99.99, '2001', NULL, NULL),"
    " ('Canon', 'done', NULL, 0, NULL, NULL, '[]', 'it''s \"third\"'),"
    " ('Dirge', 'queued', 3, 1, 0.10, '12', '{}', '');"
    "DELETE FROM songs WHERE title = 'Blues';"
    "INSERT INTO tags (song_id, name, weight) VALUES (1, 'old', 2), (1, 'new', 3), (3, 'old', 1);"
    "INSERT INTO albums (code, title, parent) VALUES ('A', 'all', NULL), ('B', 'best', 'A'), ('C', 'c', 'A');";

std::string rows_of(const TestDatabase& db, const std::string& table, const std::string& columns) {
    return db.shell("SELECT " + columns + " FROM " + table + " ORDER BY 1, 2");
}

}  // namespace strata::test
