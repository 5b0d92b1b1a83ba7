#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/render.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace strata::migrate;
using Catch::Matchers::Contains;

namespace {

std::string rendered(const std::function<void(Operations&)>& record) {
    Operations op;
    record(op);
    std::string text;
    for (const auto& operation : op.operations()) text += render_operation(operation) + "\n";
    return text;
}

std::string literal_of(std::string text) { return render_operation(DropTable{std::move(text)}); }

}  // namespace

TEST_CASE("a revision that adds a column reads as one line up and one line down", "[migrate][render]") {
    Operations up;
    up.add_column("songs", column("genre", String{100}).nullable());
    CHECK(render_revision({"3f2a9c1b7d04",
                           {"91b0c2d4e5f6"},
                           "add genre to songs",
                           up.operations(),
                           {DropColumn{"songs", "genre"}}}) ==
          R"text(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(3f2a9c1b7d04, revises("91b0c2d4e5f6"), "add genre to songs",
    [](Operations& op) { op.add_column("songs", column("genre", String{100}).nullable()); },
    [](Operations& op) { op.drop_column("songs", "genre"); })
)text");
}

TEST_CASE("a first revision with tables", "[migrate][render]") {
    Operations up;
    up.create_table("users", {column("id", BigInteger{}).identity(), column("email", String{255}),
                              primary_key("pk_users", {"id"}), unique("uq_users_email", {"email"})});
    up.create_table(
        "songs",
        {column("id", BigInteger{}).identity(), column("title", String{255}),
         column("status", Enum{"status", {"queued", "done"}}).server_default(literal("queued")),
         column("created_at", DateTimeTz{}).server_default(now()), column("user_id", BigInteger{}).nullable(),
         primary_key("pk_songs", {"id"}),
         foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null).on_update(cascade),
         check("ck_songs_title", "length(title) > 0"),
         index("ix_songs_status_created_at", {"status", desc("created_at")}).where("user_id IS NOT NULL"),
         comment("all songs")});
    CHECK(render_revision(
              {"000000000001", {}, "first \"tables\"", up.operations(), {DropTable{"songs"}, DropTable{"users"}}}) ==
          R"text(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(000000000001, revises(), "first \"tables\"",
    [](Operations& op) {
        op.create_table("users", {
            column("id", BigInteger{}).identity(),
            column("email", String{255}),
            primary_key("pk_users", {"id"}),
            unique("uq_users_email", {"email"}),
        });
        op.create_table("songs", {
            column("id", BigInteger{}).identity(),
            column("title", String{255}),
            column("status", Enum{"status", {"queued", "done"}}).server_default(literal("queued")),
            column("created_at", DateTimeTz{}).server_default(now()),
            column("user_id", BigInteger{}).nullable(),
            primary_key("pk_songs", {"id"}),
            foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null).on_update(cascade),
            check("ck_songs_title", "length(title) > 0"),
            index("ix_songs_status_created_at", {"status", desc("created_at")}).where("user_id IS NOT NULL"),
            comment("all songs"),
        });
    },
    [](Operations& op) {
        op.drop_table("songs");
        op.drop_table("users");
    })
)text");
}

TEST_CASE("an empty revision leaves room to fill in", "[migrate][render]") {
    CHECK(render_revision({"abcdefabcdef", {"000000000001", "000000000002"}, "by hand", {}, {}}) ==
          R"text(#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(abcdefabcdef, revises("000000000001", "000000000002"), "by hand",
    []([[maybe_unused]] Operations& op) {
    },
    []([[maybe_unused]] Operations& op) {
    })
)text");
}

TEST_CASE("every other operation has its line", "[migrate][render]") {
    CHECK(rendered([](Operations& op) {
              op.drop_table("t");
              op.rename_table("t", "u");
              op.set_table_comment("t", "words");
              op.drop_column("t", "a");
              op.rename_column("t", "a", "b");
              op.alter_column("t", "a")
                  .type(Numeric{10, 2})
                  .nullable(false)
                  .server_default(sql("1 + 1"))
                  .using_("a::int");
              op.alter_column("t", "a").nullable(true).drop_server_default().comment("c").identity();
              op.alter_column("t", "a").identity(false);
              op.alter_column("t", "a").server_default(sql("'x'", {{"sqlite", "'y'"}}));
              op.alter_column("t", "a").server_default(sql({{"sqlite", "1"}, {"postgresql", "2"}}));
              op.set_privileges(
                  privileges({ObjectKind::function, {"app", "f"}, {}, "integer"}).owner("a").grant("b", {"EXECUTE"}));
              op.set_privileges(
                  default_privileges("a", ObjectKind::table, "app"),
                  default_privileges("a", ObjectKind::table, "app").grant_with_option("public", {"SELECT"}, {"x"}));
              op.create_index("ix", "t", {"a", desc(expression("lower(b)"))}).unique().where("a > 0");
              op.drop_index("ix", "t");
              op.create_foreign_key("fk", "t", "u", {"a", "b"}, {"c", "d"}).on_delete(restrict).on_update(set_default);
              op.create_unique_constraint("uq", "t", {"a"});
              op.create_check_constraint("ck", "t", "a > 0");
              op.create_primary_key("pk", "t", {"a"});
              op.drop_constraint("ck", "t");
              op.rename_index({"app", "t"}, "ix", "iy");
              op.rename_constraint("t", "ck", "small");
              op.execute("UPDATE t SET a = 1");
              op.bulk_insert("t", {"a"}, {});
          }) == R"text(op.drop_table("t");
op.rename_table("t", "u");
op.set_table_comment("t", "words");
op.drop_column("t", "a");
op.rename_column("t", "a", "b");
op.alter_column("t", "a").type(Numeric{10, 2}).nullable(false).server_default(sql("1 + 1")).using_("a::int");
op.alter_column("t", "a").nullable(true).drop_server_default().identity().comment("c");
op.alter_column("t", "a").identity(false);
op.alter_column("t", "a").server_default(sql("'x'", {{"sqlite", "'y'"}}));
op.alter_column("t", "a").server_default(sql({{"sqlite", "1"}, {"postgresql", "2"}}));
op.set_privileges(privileges({ObjectKind::function, {"app", "f"}, {}, "integer"}).owner("a").grant("b", {"EXECUTE"}));
op.set_privileges(default_privileges("a", ObjectKind::table, "app"), default_privileges("a", ObjectKind::table, "app").grant_with_option("public", {"SELECT"}, {"x"}));
op.create_index("ix", "t", {"a", desc(expression("lower(b)"))}).unique().where("a > 0");
op.drop_index("ix", "t");
op.create_foreign_key("fk", "t", "u", {"a", "b"}, {"c", "d"}).on_delete(restrict).on_update(set_default);
op.create_unique_constraint("uq", "t", {"a"});
op.create_check_constraint("ck", "t", "a > 0");
op.create_primary_key("pk", "t", {"a"});
op.drop_constraint("ck", "t");
op.rename_index({"app", "t"}, "ix", "iy");
op.rename_constraint("t", "ck", "small");
op.execute("UPDATE t SET a = 1");
op.bulk_insert("t", {"a"}, {});
)text");
}

TEST_CASE("options of operations and rows by their key are written", "[migrate][render]") {
    CHECK(rendered([](Operations& op) {
              op.create_table("t", {column("a", Integer{})}).if_not_exists();
              op.drop_table("t").keep("u").if_exists();
              op.add_column("t", column("a", Integer{})).if_not_exists();
              op.drop_column("t", "a").if_exists();
              op.create_index("ix", "t", {"a"}).unique().if_not_exists().concurrently();
              op.drop_index("ix", "t").if_exists().concurrently();
              op.drop_constraint("ck", "t").if_exists();
              op.validate_constraint("ck", {"app", "t"});
              op.rename_enum_label({"app", "status"}, "queued", "it's \"waiting\"");
              op.drop_table_comment("t");
              op.insert_rows("t", {"a"}, {"a", "b"}, {{1, "x"}});
              op.delete_rows({"app", "t"}, {"a"}, {"a"}, {{1}});
              op.change_rows({"t", {"a"}, {"a"}, {{1}}}, {"t", {"a"}, {"a", "b"}, {{1, "x"}, {2, nullptr}}});
          }) == R"text(op.create_table("t", {
    column("a", Integer{}),
}).if_not_exists();
op.drop_table("t").keep("u").if_exists();
op.add_column("t", column("a", Integer{})).if_not_exists();
op.drop_column("t", "a").if_exists();
op.create_index("ix", "t", {"a"}).unique().if_not_exists().concurrently();
op.drop_index("ix", "t").if_exists().concurrently();
op.drop_constraint("ck", "t").if_exists();
op.validate_constraint("ck", {"app", "t"});
op.rename_enum_label({"app", "status"}, "queued", "it's \"waiting\"");
op.set_table_comment("t", "");
op.insert_rows("t", {"a"}, {"a", "b"}, {
    {1, "x"},
});
op.delete_rows({"app", "t"}, {"a"}, {"a"}, {
    {1},
});
op.change_rows(
    {"t", {"a"}, {"a"}, {
        {1},
    }},
    {"t", {"a"}, {"a", "b"}, {
        {1, "x"},
        {2, nullptr},
    }});
)text");
}

TEST_CASE("rows and SQL of several lines are written on lines of their own", "[migrate][render]") {
    CHECK(rendered([](Operations& op) {
              op.bulk_insert("t", {"a", "b"}, {{1, "x"}, {nullptr, true}, {-1.5, 2.0}, {INT64_MIN, ""}});
              op.execute("CREATE TRIGGER x\nBEGIN\nEND");
              op.execute({{"sqlite", "SELECT 1"}, {"postgresql", "SELECT\n2"}});
          }) == R"text(op.bulk_insert("t", {"a", "b"}, {
    {1, "x"},
    {nullptr, true},
    {-1.5, 2.0},
    {-9223372036854775807 - 1, ""},
});
op.execute(
    "CREATE TRIGGER x\n"
    "BEGIN\n"
    "END");
op.execute({
    {"sqlite", "SELECT 1"},
    {"postgresql",
        "SELECT\n"
        "2"},
});
)text");
}

TEST_CASE("a statement that is too wide is broken between arguments", "[migrate][render]") {
    Operations up;
    up.create_foreign_key("fk_" + std::string(50, 'x'), "a_table_with_quite_a_long_name",
                          "another_table_with_quite_a_long_name", {"first_column", "second_column"},
                          {"first_column", "second_column"})
        .on_delete(set_null);
    const auto text = render_revision({"a1", {}, "m", up.operations(), {}});
    CHECK_THAT(text,
               Contains("        op.create_foreign_key(\"fk_" + std::string(50, 'x') +
                        "\", \"a_table_with_quite_a_long_name\",\n"
                        "            \"another_table_with_quite_a_long_name\", {\"first_column\", \"second_column\"},\n"
                        "            {\"first_column\", \"second_column\"}).on_delete(set_null);\n"));
}

TEST_CASE("text of any bytes is escaped", "[migrate][render]") {
    CHECK(literal_of("say \"hi\" \\ there") == R"(op.drop_table("say \"hi\" \\ there");)");
    CHECK(literal_of("a\nb\tc\rd") == R"(op.drop_table("a\nb\tc\rd");)");
    CHECK(literal_of("?"
                     "?= ?"
                     "??") == R"(op.drop_table("?\?= ?\?\?");)");
    CHECK(literal_of("Größe 漢字") == "op.drop_table(\"Größe 漢字\");");
    CHECK(literal_of("\x01"
                     "1") == R"(op.drop_table("\0011");)");
    CHECK(literal_of("\xFF\xC3") == R"(op.drop_table("\377\303");)");
    CHECK(literal_of("\xE2\x80\xAE"
                     "x") == R"(op.drop_table("\342\200\256x");)");
    CHECK(literal_of("\xED\xA0\x80") == R"(op.drop_table("\355\240\200");)");
    CHECK(literal_of(std::string("a\0b", 3)) == R"(op.drop_table(std::string("a\000b", 3));)");
    CHECK(literal_of(")delim\" R\"x(") == R"(op.drop_table(")delim\" R\"x(");)");
}

TEST_CASE("a callback cannot be rendered", "[migrate][render]") {
    CHECK_THROWS_AS(render_operation(Run{[](strata::core::Connection&) {}}), strata::UsageError);
}

TEST_CASE("a revision's file is named by time, id and message", "[migrate][render]") {
    using namespace std::chrono;
    const system_clock::time_point when = sys_days(year(2026) / 11 / 20) + hours(14) + minutes(32) + seconds(7);
    CHECK(revision_file_name(when, "3f2a9c1b7d04", "Add genre to songs!") ==
          "20261120_143207_3f2a9c1b7d04_add_genre_to_songs.cpp");
    CHECK(revision_file_name(when, "3f2a9c1b7d04", "../../etc/passwd") ==
          "20261120_143207_3f2a9c1b7d04_etc_passwd.cpp");
    CHECK(revision_file_name(when, "3f2a9c1b7d04", "漢字") == "20261120_143207_3f2a9c1b7d04_revision.cpp");
    CHECK(revision_file_name(when, "3f2a9c1b7d04", "a rather long message that goes on and on for ever") ==
          "20261120_143207_3f2a9c1b7d04_a_rather_long_message_that_goes_on_and.cpp");
    CHECK(revision_file_name(when, "x", std::string(60, 'a')) == "20261120_143207_x_" + std::string(40, 'a') + ".cpp");
}

TEST_CASE("a revision's file is named by a template of the project's own", "[migrate][render]") {
    using namespace std::chrono;
    const system_clock::time_point when = sys_days(year(2026) / 11 / 20) + hours(14) + minutes(32) + seconds(7);
    const auto named = [&](const std::string& file_template, const std::string& message = "Add genre") {
        return revision_file_name(when, "3f2a9c1b7d04", message, file_template);
    };
    CHECK(named("{id}") == "3f2a9c1b7d04.cpp");
    CHECK(named("{slug}-{id}") == "add_genre-3f2a9c1b7d04.cpp");
    CHECK(named("v{year}.{month}.{day}-{hour}{minute}{second}.{id}.{slug}") ==
          "v2026.11.20-143207.3f2a9c1b7d04.add_genre.cpp");
    for (const auto* const name : {"3f2a9c1b7d04.cpp", "add_genre-3f2a9c1b7d04.cpp", "2026.11.20-1.3f2a9c1b7d04.sql"})
        CHECK(id_in_file_name(name) == "3f2a9c1b7d04");
    CHECK(id_in_file_name("x3f2a9c1b7d04_y.cpp").empty());

    const auto refused = [&](const std::string& file_template, const std::string& why) {
        CHECK_THROWS_WITH(named(file_template),
                          Contains("file_template is \"" + file_template + "\"") && Contains(why));
    };
    refused("{date}_{slug}", "must have {id}");
    refused("{id}_{name}", "which has {name}; known are {date}");
    refused("{id}_{slug", "which has {slug without a }");
    refused("sub/{id}", "a file's name has letters, digits");
    refused(".{id}", "not a hidden one");
    refused("v{id}", "would not be found as revision 3f2a9c1b7d04");
    refused("{date}{hour}{minute}_{id}", "would not be found as revision 3f2a9c1b7d04");
    CHECK_THROWS_WITH(named("{slug}_{id}", "deadbeefcafe"), Contains("would not be found"));
}

TEST_CASE("revision ids are 12 hexadecimal digits and differ", "[migrate][render]") {
    const auto id = random_revision_id();
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(id != random_revision_id());
}

TEST_CASE("a revision is written into an existing folder only", "[migrate][render]") {
    const strata::test::TemporaryDirectory directory;
    const RevisionText text{"3f2a9c1b7d04", {}, "first", {}, {}};
    const auto path = write_revision(directory.path(), text);
    std::ifstream file(path);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == render_revision(text));
    CHECK_THROWS_WITH(write_revision(directory.path() / "missing", text), Contains("there is no folder"));
}
