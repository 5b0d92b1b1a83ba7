#include "support/catch.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/replay.hpp>

using namespace strata::migrate;
using Catch::Matchers::Contains;
using strata::schema::MetaData;
using strata::schema::Table;

namespace {

MetaData music() {
    Operations op;
    op.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{255}),
                              primary_key("pk_users", {"id"}), unique("uq_users_email", {"email"})});
    op.create_table(
        "songs", {column("id", BigInteger{}).identity(), column("title", String{255}),
                  column("status", Enum{"status", {"queued", "done"}}).server_default(literal("queued")),
                  column("user_id", BigInteger{}).nullable(), column("size", Integer{}),
                  column("twice", Integer{}).computed("size * 2"), primary_key("pk_songs", {"id"}),
                  unique("uq_songs_title_status", {"title", "status"}),
                  foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null),
                  check("ck_songs_title", "length(title) > 0"), check("ck_songs_size", "size >= 0 AND 'title' <> ''"),
                  index("ix_songs_status", {"status"}), index("ix_songs_lower", {expression("lower(title)")}),
                  index("ix_songs_part", {"user_id"}).where("\"title\" IS NOT NULL"), comment("all songs")});
    MetaData state;
    for (const auto& operation : op.operations()) apply(state, operation);
    return state;
}

MetaData after(MetaData state, const Operation& operation) {
    apply(state, operation);
    return state;
}

/// Tables by name; a restored column is the last one, so order of columns does not count.
MetaData unordered(MetaData state) {
    const auto by_name = [](const auto& left, const auto& right) { return left.name < right.name; };
    std::sort(state.tables.begin(), state.tables.end(), by_name);
    for (auto& table : state.tables) {
        std::sort(table.columns.begin(), table.columns.end(), by_name);
        std::sort(table.uniques.begin(), table.uniques.end(), by_name);
        std::sort(table.foreign_keys.begin(), table.foreign_keys.end(), by_name);
        std::sort(table.checks.begin(), table.checks.end(), by_name);
        std::sort(table.indexes.begin(), table.indexes.end(), by_name);
    }
    return state;
}

AlterColumn alter(Type type, bool nullable) {
    AlterColumn change{"songs", "title"};
    change.patch.set(&Column::type, std::move(type)).set(&Column::nullable, nullable);
    change.patch.set(&Column::server_default, literal("none")).set(&Column::comment, "what it is called");
    return change;
}

}  // namespace

TEST_CASE("each operation is undone by its reverse", "[migrate][replay]") {
    const auto state = music();
    Operations op;
    op.create_table("tags", {column("id", BigInteger{}), primary_key("pk_tags", {"id"})});
    op.drop_table("songs");
    op.rename_table("users", "people");
    op.add_column("songs", column("genre", String{100}).nullable());
    op.drop_column("songs", "title");
    op.drop_column("songs", "user_id");
    op.drop_column("songs", "twice");
    op.drop_column("users", "email");
    op.rename_column("users", "id", "user_number");
    op.rename_column("users", "email", "mail");
    op.create_index("ix_new", "songs", {"size", desc("id")}).unique();
    op.drop_index("ix_songs_part", "songs");
    op.create_unique_constraint("uq_new", "songs", {"size"});
    op.create_foreign_key("fk_new", "users", "songs", {"id"}, {"id"}).on_delete(cascade);
    op.create_check_constraint("ck_new", "users", "email <> ''");
    op.drop_constraint("ck_songs_size", "songs");
    op.drop_constraint("uq_songs_title_status", "songs");
    op.drop_constraint("fk_songs_user_id_users", "songs");
    op.drop_constraint("pk_songs", "songs");
    op.rename_index("songs", "ix_songs_part", "part");
    for (const char* name : {"ck_songs_size", "uq_songs_title_status", "fk_songs_user_id_users", "pk_songs"})
        op.rename_constraint("songs", name, "another");
    op.set_table_comment("songs", "every song");
    op.invoke(alter(Text{}, true));
    for (const auto& operation : op.operations()) {
        INFO(describe(operation));
        const auto changed = after(state, operation);
        CHECK_FALSE(changed == state);
        auto back = changed;
        for (const auto& undo : reverse(operation, state)) apply(back, undo);
        CHECK(unordered(back) == unordered(state));
        back = changed;
        for (const auto& undo : reverse_all({operation}, state)) apply(back, undo);
        CHECK(unordered(back) == unordered(state));
    }
}

TEST_CASE("a list of operations is undone last first", "[migrate][replay]") {
    const auto state = music();
    Operations op;
    op.rename_table("songs", "tracks");
    op.add_column("tracks", column("genre", String{100}));
    op.create_index("ix_tracks_genre", "tracks", {"genre"});
    op.rename_column("tracks", "genre", "style");
    op.drop_index("ix_tracks_genre", "tracks");
    op.drop_constraint("fk_songs_user_id_users", "tracks");
    op.drop_table("users");
    auto changed = state;
    for (const auto& operation : op.operations()) apply(changed, operation);
    for (const auto& undo : reverse_all(op.operations(), state)) apply(changed, undo);
    CHECK(unordered(changed) == unordered(state));
}

TEST_CASE("dropping a column drops what depends on it", "[migrate][replay]") {
    const auto state = after(music(), DropColumn{"songs", "title"});
    const Table& songs = *state.find("songs");
    CHECK(songs.uniques.empty());
    REQUIRE(songs.checks.size() == 1);
    CHECK(songs.checks.front().name == "ck_songs_size");
    REQUIRE(songs.indexes.size() == 1);
    CHECK(songs.indexes.front().name == "ix_songs_status");
    CHECK(songs.foreign_keys.size() == 1);
}

TEST_CASE("renaming a column renames it in everything that names it", "[migrate][replay]") {
    const auto state = after(music(), RenameColumn{"songs", "title", "name"});
    const Table& songs = *state.find("songs");
    CHECK(songs.uniques.front().columns == std::vector<std::string>{"name", "status"});
    CHECK(songs.checks[0].expression == "length(\"name\") > 0");
    CHECK(songs.checks[1].expression == "size >= 0 AND 'title' <> ''");
    CHECK(songs.indexes[1].elements.front().expression == "lower(\"name\")");
    CHECK(songs.indexes[2].where == "\"name\" IS NOT NULL");
    const auto sized = after(music(), RenameColumn{"songs", "size", "length"});
    CHECK(sized.find("songs")->find_column("twice")->computed == "\"length\" * 2");
    CHECK(sized.find("songs")->checks[0].expression == "length(title) > 0");
    const auto keyed = after(music(), RenameColumn{"users", "id", "number"});
    CHECK(keyed.find("users")->primary_key->columns == std::vector<std::string>{"number"});
    CHECK(keyed.find("songs")->foreign_keys.front().referred_columns == std::vector<std::string>{"number"});
}

TEST_CASE("renaming a table keeps the names of its constraints and moves what refers to it", "[migrate][replay]") {
    const auto state = after(music(), RenameTable{"users", "people"});
    CHECK(state.find("users") == nullptr);
    CHECK(state.find("people")->primary_key->name == "pk_users");
    CHECK(state.find("songs")->foreign_keys.front().referred_table == "people");
}

TEST_CASE("an operation that does not fit the state says why", "[migrate][replay]") {
    const auto misfit = [](const Operation& operation) -> std::string {
        auto state = music();
        const auto before = state;
        try {
            apply(state, operation);
        } catch (const strata::MigrationError& error) {
            CHECK(state == before);
            return error.what();
        }
        return "it fits";
    };
    CHECK(misfit(CreateTable{*music().find("users")}) == "table users already exists");
    CHECK(misfit(DropTable{"tags"}) == "there is no table tags");
    CHECK(misfit(DropTable{"users"}) ==
          "table users is referred to by the foreign key fk_songs_user_id_users of table songs; drop that first");
    CHECK(misfit(RenameTable{"songs", "users"}) == "table users already exists");
    CHECK(misfit(AddColumn{"songs", column("title", Text{})}) == "table songs has a column title already");
    CHECK(misfit(DropColumn{"songs", "genre"}) == "table songs has no column genre");
    CHECK_THAT(misfit(DropColumn{"users", "id"}), Contains("column users.id is referred to by the foreign key"));
    CHECK_THAT(misfit(DropColumn{"songs", "size"}), Contains("songs.twice is computed from size"));
    CHECK(misfit(RenameColumn{"songs", "title", "size"}) == "table songs has a column size already");
    CHECK(misfit(AlterColumn{"songs", "genre"}) == "table songs has no column genre");
    CHECK(misfit(CreateIndex{"songs", {"ix_songs_status", {{"size"}}}}) ==
          "table songs has an index ix_songs_status already");
    CHECK(misfit(CreateIndex{"songs", {"ix", {{"genre"}}}}) == "table songs has no column genre");
    CHECK(misfit(DropIndex{"songs", "ix"}) == "table songs has no index ix");
    CHECK(misfit(AddUnique{"songs", {"uq", {"genre"}}}) == "table songs has no column genre");
    CHECK(misfit(AddForeignKey{"songs", {"fk", {"size"}, "tags", {"id"}}}) == "there is no table tags");
    CHECK(misfit(AddCheck{"songs", {"ck_songs_title", "1 = 1"}}) ==
          "table songs has a constraint ck_songs_title already");
    CHECK(misfit(AddPrimaryKey{"songs", {"pk", {"size"}}}) == "table songs has a primary key already");
    CHECK(misfit(DropConstraint{"songs", "nothing"}) == "table songs has no constraint nothing");
    CHECK(misfit(SetTableComment{"tags", "x"}) == "there is no table tags");
}

TEST_CASE("SQL, rows and callbacks leave the state as it is and have no reverse", "[migrate][replay]") {
    const auto state = music();
    const std::vector<Operation> opaque{Execute{"DROP TABLE songs", {}}, BulkInsert{"songs", {"id"}, {{1}}},
                                        Run{[](strata::core::Connection&) {}}};
    for (const auto& operation : opaque) {
        CHECK(after(state, operation) == state);
        CHECK(reverse(operation, state).empty());
    }
}
