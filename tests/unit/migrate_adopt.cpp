// Reading other tools' histories: what is understood, and what is refused and how.

#include "adopt/python_file.hpp"
#include "adopt/readers.hpp"
#include "adopt/write.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/registry.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

using namespace strata;
using namespace strata::migrate::adopt;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

namespace fs = std::filesystem;

/// A folder with files in it.
class Folder {
public:
    Folder& add(const std::string& name, const std::string& text) {
        fs::create_directories((path() / name).parent_path());
        std::ofstream(path() / name, std::ios::binary) << text;
        return *this;
    }
    [[nodiscard]] const fs::path& path() const { return directory_.path(); }

private:
    test::TemporaryDirectory directory_;
};

const core::Dialect& sqlite() { return core::dialect_for("sqlite"); }
const core::Dialect& postgresql() { return core::dialect_for("postgresql"); }

std::string fitted(const std::string& sql, const core::Dialect& dialect, std::vector<std::string>* notes = nullptr) {
    std::vector<std::string> list;
    const auto text = ForeignSql(migrate::detail::dialect_compiler(dialect), list).fit(sql, "a.sql");
    if (notes != nullptr) *notes = list;
    return text;
}

PythonFile python(const std::string& text) {
    return read_python(text, "a.py", {"revision", "down_revision", "branch_labels", "depends_on"});
}

std::vector<fs::path> write_files(const fs::path& folder, const std::vector<AdoptedFile>& files,
                                  const core::Dialect& dialect) {
    migrate::FileChanges changes;
    auto paths = add_files(changes, folder, files, dialect);
    changes.apply();
    return paths;
}

using Texts = std::vector<std::string>;

Texts names_of(const std::vector<ForeignVersion>& versions) {
    Texts names;
    for (const auto& version : versions) names.push_back(version.name);
    return names;
}

std::string alembic_file(const std::string& revision, const std::string& down_revision, const std::string& rest = {}) {
    return "\"\"\"text of " + revision + "\n\nRevision ID: " + revision + "\n\"\"\"\nrevision = '" + revision +
           "'\ndown_revision = " + down_revision + "\n" + rest;
}

}  // namespace

TEST_CASE("literals of a Python file are read as Python reads them", "[migrate][adopt]") {
    const auto file = python(R"py(#!/usr/bin/env python
# revision = "of a comment"
"""add genre

Revision ID: ae10
"""
from typing import Sequence, Union
import sqlalchemy as sa

text = '''
revision = "of a text"
'''
revision: str = 'ae' "10"  # adjacent
down_revision: Union[str, Sequence[str], None] = (
    "b1",  # one
    r'c\1',
)
branch_labels = None
depends_on = "d1", "d2"


def upgrade():
    revision = "of a function"
    other(
revision == "within brackets")
)py");
    CHECK(file.docstring == "add genre\n\nRevision ID: ae10\n");
    CHECK(file.values.at("revision").texts == Texts{"ae10"});
    CHECK_FALSE(file.values.at("revision").is_sequence);
    CHECK(file.values.at("down_revision").texts == Texts{"b1", "c\\1"});
    CHECK(file.values.at("branch_labels").texts.empty());
    CHECK(file.values.at("depends_on").texts == Texts{"d1", "d2"});
    CHECK(file.values.at("depends_on").is_sequence);
}

TEST_CASE("a value that is no literal is refused with its line", "[migrate][adopt]") {
    CHECK_THROWS_WITH(python("x = 1\nrevision = name_of(__file__)\n"),
                      StartsWith("a.py, line 2: 'revision' is neither None nor a string nor a tuple of strings"));
    CHECK_THROWS_WITH(python("revision = f'a{1}'"), Contains("line 1: 'revision' is neither"));
    CHECK_THROWS_WITH(python("revision = 'a' + 'b'"), Contains("line 1: 'revision' is neither"));
    CHECK_THROWS_WITH(python("down_revision = ('a', b)"), Contains("'down_revision' is neither"));
    CHECK_THROWS_WITH(python("down_revision = ('a'"), Contains("'down_revision' is neither"));
    CHECK_THROWS_WITH(python("revision = 'a'\nrevision = 'b'\n"), Contains("line 2: 'revision' is assigned twice"));
    CHECK_THROWS_WITH(python("branch_labels = ('a',)\nbranch_labels += ('b',)\n"),
                      Contains("line 2: 'branch_labels' is changed"));
    CHECK_THROWS_WITH(python("\nrevision = 'a\n"), Contains("line 2: a string is not closed"));
}

TEST_CASE("Alembic's files are put into order, with labels, dependencies and messages", "[migrate][adopt]") {
    Folder folder;
    folder.add("__init__.py", "")
        .add("3_m.py", alembic_file("m1", "('b1', 'c1')"))
        .add("1_b.py", alembic_file("b1", "'a1'", "branch_labels = ('billing',)\n"))
        .add("2_c.py", alembic_file("c1", "\"a1\"", "depends_on = 'billing'\n"))
        .add("9_a.py",
             "\"\"\"first\ntables\n\nRevision ID: a1\nCreate Date: 2020-01-31 14:20:30.123456\n\n\"\"\"\n"
             "revision = 'a1'\ndown_revision = None\n")
        .add("notes.txt", "no revision");
    const auto versions = read_alembic_files(folder.path());
    CHECK(names_of(versions) == Texts{"a1", "b1", "c1", "m1"});
    CHECK(versions[0].message == "first tables");
    CHECK(versions[0].created == date_of_number("20200131142030"));
    CHECK(versions[1].message == "text of b1");
    CHECK(versions[1].labels == Texts{"billing"});
    CHECK(versions[2].depends_on == Texts{"b1"});
    CHECK(versions[3].parents == Texts{"b1", "c1"});
}

TEST_CASE("files of Alembic that make no history are refused by name", "[migrate][adopt]") {
    Folder folder;
    CHECK_THROWS_WITH(read_alembic_files(folder.path() / "missing"), Contains("cannot read the folder"));
    CHECK_THROWS_WITH(read_alembic_files(folder.path()), Contains("has no revision of Alembic"));
    folder.add("a.py", alembic_file("a1", "None"));
    SECTION("without a revision") {
        folder.add("b.py", "import os\n");
        CHECK_THROWS_WITH(read_alembic_files(folder.path()), Contains("b.py has no line 'revision = \"...\"'"));
    }
    SECTION("two of one id") {
        folder.add("b.py", alembic_file("a1", "None"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()), Contains("b.py has the id of") && Contains("a.py, 'a1'"));
    }
    SECTION("a parent that is not there") {
        folder.add("b.py", alembic_file("b1", "'zz'"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()),
                          Contains("b.py: its down_revision 'zz' is the id of no file"));
    }
    SECTION("a dependency that is not there") {
        folder.add("b.py", alembic_file("b1", "'a1'", "depends_on = 'zz'\n"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()),
                          Contains("b.py: its depends_on 'zz' is the id of no file"));
    }
    SECTION("a cycle") {
        folder.add("b.py", alembic_file("b1", "'c1'")).add("c.py", alembic_file("c1", "'b1'"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()), Contains("b.py: it comes before itself"));
    }
    SECTION("a label that cannot be one here") {
        folder.add("b.py", alembic_file("b1", "'a1'", "branch_labels = 'shopping cart'\n"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()),
                          Contains("b.py: 'shopping cart' cannot be the label of a branch"));
    }
    SECTION("an id that cannot be written down") {
        folder.add("b.py", alembic_file("b 1", "'a1'"));
        CHECK_THROWS_WITH(read_alembic_files(folder.path()), Contains("'b 1' has a blank or a comma in its id"));
    }
}

TEST_CASE("ids of Alembic that fit stay, and every other version gets the same one each time", "[migrate][adopt]") {
    CHECK(adopted_id("alembic", "ae1027a6acf1") == "ae1027a6acf1");
    CHECK(adopted_id("alembic", "AE1027A6ACF1") != "AE1027A6ACF1");
    // printf 'alembic:ae10' | sha256sum
    CHECK(adopted_id("alembic", "ae10") == "3ecc2aea8a4f");
    CHECK(adopted_id("flyway", "202001311420") == "c02e65b2e9b8");
    CHECK(adopted_id("flyway", "1.2") != adopted_id("sql", "1.2"));
}

TEST_CASE("files are named in the order of the versions, by their dates where these are in order", "[migrate][adopt]") {
    ForeignHistory history{.tool = "alembic"};
    const auto add = [&](const std::string& name, Texts parents, const char* date) {
        history.versions.push_back(
            {.name = name, .parents = std::move(parents), .message = "text of " + name, .upgrade = "SELECT 1;"});
        if (date != nullptr) history.versions.back().created = date_of_number(date);
    };
    add("00000000000a", {}, nullptr);
    add("00000000000b", {"00000000000a"}, "20200131142030");
    add("00000000000c", {"00000000000b"}, "20190101000000");  // older than the one that it follows
    add("00000000000d", {"00000000000c"}, nullptr);
    Texts names;
    for (const auto& file : adopted_files(history, sqlite())) names.push_back(file.name);
    CHECK(names == Texts{"20000101_000000_00000000000a_text_of_00000000000a.sql",
                         "20200131_142030_00000000000b_text_of_00000000000b.sql",
                         "20200131_142031_00000000000c_text_of_00000000000c.sql",
                         "20200131_142032_00000000000d_text_of_00000000000d.sql"});
    CHECK(std::ranges::is_sorted(names));
}

TEST_CASE("an adopted file says its parents, labels, dependencies, message and version", "[migrate][adopt]") {
    ForeignHistory history{.tool = "alembic"};
    history.versions.push_back({.name = "00000000000a", .message = "one"});
    history.versions.push_back({.name = "00000000000b",
                                .labels = {"billing", "shop"},
                                .depends_on = {"00000000000a"},
                                .message = "two\nlines",
                                .upgrade = "SELECT 1;",
                                .downgrade = "SELECT 2;"});
    const auto files = adopted_files(history, postgresql());
    CHECK(files[0].text() ==
          "-- revises: nothing\n-- message: one\n-- adopted: alembic 00000000000a\n\n-- upgrade: postgresql\n");
    CHECK(files[1].text() ==
          "-- revises: nothing\n-- label: billing, shop\n-- depends on: 00000000000a\n-- message: two lines\n"
          "-- adopted: alembic 00000000000b\n\n-- upgrade: postgresql\nSELECT 1;\n\n-- downgrade: postgresql\nSELECT "
          "2;\n");
    const auto read = migrate::detail::sql_revision("00000000000b", "b.sql", files[1].text());
    CHECK(read.fault.empty());
    CHECK(read.adopted_from == "alembic 00000000000b");
    CHECK(read.labels == Texts{"billing", "shop"});
}

TEST_CASE("a wrong line '-- adopted' is refused", "[migrate][adopt]") {
    const auto fault = [](const std::string& lines) {
        return migrate::detail::sql_revision("00000000000b", "b.sql", lines + "-- upgrade\n").fault;
    };
    CHECK(fault("-- adopted: flyway 1.2\n").empty());
    CHECK_THAT(fault("-- adopted: liquibase 7\n"), StartsWith("its line '-- adopted: liquibase 7' does not say"));
    CHECK_THAT(fault("-- adopted: flyway\n"), StartsWith("its line '-- adopted: flyway' does not say"));
    CHECK_THAT(fault("-- adopted: flyway 1\n-- adopted: flyway 2\n"), Contains("two lines '-- adopted'"));
}

TEST_CASE("files of an adopted history are written all or not at all, and only into a folder without revisions",
          "[migrate][adopt]") {
    Folder folder;
    const std::vector<AdoptedFile> files{
        {"a", "1_a.sql", "one", ""}, {"b", "2_b.sql", "two", ""}, {"c", "missing/3_c.sql", "three", ""}};
    CHECK_THROWS_WITH(write_files(folder.path(), files, sqlite()),
                      Contains("cannot write") && EndsWith("nothing was written"));
    CHECK(fs::is_empty(folder.path()));
    CHECK_THROWS_WITH(write_files(folder.path() / "none", files, sqlite()), Contains("make it with 'init'"));
    folder.add("fixtures/a.sql", "").add("README", "");
    CHECK(write_files(folder.path(), {files[0], files[1]}, sqlite()).size() == 2);
    CHECK_THROWS_WITH(write_files(folder.path(), files, sqlite()),
                      Contains("has revisions already, and no missing/3_c.sql among them"));
}

TEST_CASE("a history that is adopted again for the other kind of database adds sections", "[migrate][adopt]") {
    ForeignHistory history{.tool = "flyway"};
    history.versions.push_back({.name = "1", .message = "one", .upgrade = "SELECT 1;"});
    history.versions.push_back({.name = "2", .parents = {"1"}, .message = "two"});
    Folder folder;
    write_files(folder.path(), adopted_files(history, sqlite()), sqlite());
    history.versions[0].upgrade = "SELECT 2;";
    history.versions[0].downgrade = "";
    const auto files = adopted_files(history, postgresql());
    const auto paths = write_files(folder.path(), files, postgresql());
    CHECK(read_text(paths[0]) == files[0].header +
                                     "\n-- upgrade: sqlite\nSELECT 1;\n\n-- upgrade: postgresql\nSELECT 2;\n\n"
                                     "-- downgrade: postgresql\n");
    CHECK(read_text(paths[1]) == files[1].header + "\n-- upgrade: sqlite\n\n-- upgrade: postgresql\n");
    CHECK_THROWS_WITH(write_files(folder.path(), files, postgresql()),
                      Contains("has a section '-- upgrade: postgresql' already"));
    history.versions[0].labels = {"other"};
    const auto other = adopted_files(history, postgresql());
    CHECK_THROWS_WITH(write_files(folder.path(), other, postgresql()), Contains("does not begin with the lines"));
    CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 2);
}

TEST_CASE("a BEGIN and a COMMIT around a file are left out, and others are refused", "[migrate][adopt]") {
    std::vector<std::string> notes;
    CHECK(fitted("-- first\nBEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\n", postgresql(), &notes) ==
          "-- first\n\nCREATE TABLE a (id int);");
    CHECK(notes == Texts{"a.sql, line 2: BEGIN and COMMIT are left out, since a revision is one transaction"});
    CHECK(fitted("start transaction; SELECT 1; end", postgresql()) == " SELECT 1;");
    CHECK_THROWS_WITH(fitted("SELECT 1;\nCOMMIT;\nSELECT 2;", postgresql()),
                      StartsWith("a.sql, line 2: COMMIT controls the transaction"));
    CHECK_THROWS_WITH(fitted("BEGIN;\nSELECT 1;\n", sqlite()), StartsWith("a.sql, line 1: BEGIN controls"));
    CHECK(fitted("SAVEPOINT a; ROLLBACK TO a; RELEASE a;", sqlite()) == "SAVEPOINT a; ROLLBACK TO a; RELEASE a;");
    CHECK(fitted("CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;", sqlite()) ==
          "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;");
    CHECK(fitted("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$;", postgresql()).size() >
          20);
}

TEST_CASE("what only psql or sqlite3 understands is refused with its line", "[migrate][adopt]") {
    CHECK_THROWS_WITH(fitted("SELECT 1;\n\\i other.sql\n", postgresql()), Contains("line 2: a command of psql"));
    CHECK_THROWS_WITH(fitted("SELECT 1;\n.read other.sql\n", sqlite()), Contains("line 2: a command of sqlite3"));
    CHECK_THROWS_WITH(fitted("COPY a (id) FROM stdin;\n1\n\\.\n", postgresql()), Contains("a.sql, line"));
    CHECK_THROWS_WITH(fitted("\nCOPY a FROM STDIN WITH (FORMAT csv);\n", postgresql()),
                      Contains("line 2: COPY ... FROM STDIN"));
    CHECK_THROWS_WITH(fitted("SELECT 'a", sqlite()), Contains("line 1: a quote is not closed"));
    CHECK(fitted("SELECT '\\i', .5", sqlite()) == "SELECT '\\i', .5");
}

TEST_CASE("what cannot run in a transaction is refused, and CONCURRENTLY is left out", "[migrate][adopt]") {
    CHECK_THROWS_WITH(fitted("\nVACUUM FULL a;", postgresql()), Contains("line 2: VACUUM cannot run in a transaction"));
    CHECK_THROWS_WITH(fitted("create database b;", postgresql()), Contains("cannot run in a transaction"));
    std::vector<std::string> notes;
    CHECK(fitted("CREATE UNIQUE INDEX concurrently ix ON a (b);\nDROP INDEX CONCURRENTLY ix;", postgresql(), &notes) ==
          "CREATE UNIQUE INDEX  ix ON a (b);\nDROP INDEX  ix;");
    CHECK(notes.size() == 2);
    fitted("PRAGMA foreign_keys=off;", sqlite(), &notes);
    REQUIRE(notes.size() == 1);
    CHECK_THAT(notes.front(), StartsWith("a.sql, line 1: PRAGMA foreign_keys has no effect"));
}

TEST_CASE("comments that look like lines of a revision's file change nothing", "[migrate][adopt]") {
    const std::string sql =
        "CREATE TABLE a (id int);\n-- downgrade\nDROP TABLE b;\n  --upgrade: sqlite\n-- touches: nothing\n"
        "-- revises: 00000000000a\n/*\n-- upgrade\n*/\n-- upgrades the rows\n";
    const auto text = fitted(sql, sqlite());
    CHECK(text ==
          "CREATE TABLE a (id int);\n-- : downgrade\nDROP TABLE b;\n  -- :upgrade: sqlite\n-- : touches: nothing\n"
          "-- : revises: 00000000000a\n/*\n-- : upgrade\n*/\n-- upgrades the rows");
    const auto revision = migrate::detail::sql_revision("00000000000b", "b.sql", "-- upgrade\n" + text + "\n");
    CHECK(revision.fault.empty());
    CHECK_FALSE(revision.downgrade);
    CHECK(std::get<migrate::Execute>(revision.upgrade_operations().front()).sql == text + "\n");
    CHECK_THROWS_WITH(fitted("INSERT INTO a VALUES ('\n-- downgrade\n');", sqlite()),
                      Contains("line 2: a text in quotes has the line '-- downgrade'"));
    CHECK_THROWS_WITH(fitted("SELECT ')strata_sql\"';", sqlite()), Contains("contains )strata_sql\""));
}

TEST_CASE("Flyway's files are read in the order of their versions, the repeatable ones last", "[migrate][adopt]") {
    Folder folder;
    folder.add("V2__two.sql", "SELECT 2;")
        .add("V10__ten.sql", "SELECT 10;")
        .add("deeper/V1_1__songs_and_more.sql", "\xEF\xBB\xBFSELECT '${schema}.${TABLE}';")
        .add("V1.0__one.sql", "SELECT 1;")
        .add("U2__two.sql", "SELECT -2;")
        .add("R__views_b.sql", "SELECT 'b';")
        .add("R__views_a.sql", "SELECT 'a';")
        .add("beforeMigrate.sql", "SELECT 'before';")
        .add("V2__two.sql.conf", "executeInTransaction=false")
        .add("README.md", "");
    const auto history = read_flyway(folder.path(), {{"Schema", "music"}, {"table", "songs"}}, sqlite());
    CHECK(names_of(history.versions) == Texts{"1", "1.1", "2", "10", "R__views_a", "R__views_b"});
    CHECK(history.versions[1].message == "songs and more");
    CHECK(history.versions[1].upgrade == "SELECT 'music.songs';");
    CHECK(history.versions[1].parents == Texts{"1"});
    CHECK_FALSE(history.versions[1].downgrade);
    CHECK(history.versions[2].downgrade == "SELECT -2;");
    REQUIRE(history.notes.size() == 4);
    CHECK_THAT(history.notes[0], Contains("V2__two.sql.conf is left out"));
    CHECK_THAT(history.notes[1], Contains("beforeMigrate.sql is left out: it is a callback"));
    CHECK_THAT(history.notes[2], Contains("R__views_a.sql runs once"));
}

TEST_CASE("files of Flyway that cannot be adopted are refused by name", "[migrate][adopt]") {
    Folder folder;
    const auto read = [&] { return read_flyway(folder.path(), {{"known", "x"}}, sqlite()); };
    CHECK_THROWS_WITH(read_flyway(folder.path() / "missing", {}, sqlite()), Contains("there is no folder"));
    CHECK_THROWS_WITH(read(), Contains("has no migration of Flyway"));
    folder.add("V2__two.sql", "SELECT 1;");
    SECTION("one version twice") {
        folder.add("V02.0__again.sql", "");
        CHECK_THROWS_WITH(read(), Contains("V2__two.sql is the same version as") && Contains("V02.0__again.sql"));
    }
    SECTION("one repeatable migration twice") {
        folder.add("R__views.sql", "").add("deeper/R__views.sql", "");
        CHECK_THROWS_WITH(read(), Contains("R__views.sql is the same version as"));
    }
    SECTION("an undo of nothing") {
        folder.add("U3__three.sql", "");
        CHECK_THROWS_WITH(read(), Contains("U3__three.sql takes back a version 3 that no file"));
    }
    SECTION("a migration in Java") {
        folder.add("V3__three.java", "");
        CHECK_THROWS_WITH(read(), Contains("V3__three.java is a migration that is no SQL"));
    }
    SECTION("another name") {
        folder.add("v3__three.sql", "");
        CHECK_THROWS_WITH(read(), Contains("v3__three.sql is not named as a migration of Flyway"));
    }
    SECTION("a version that is no number") {
        folder.add("V3a__three.sql", "");
        CHECK_THROWS_WITH(read(), Contains("V3a__three.sql is not named"));
    }
    SECTION("a placeholder without a value") {
        folder.add("V3__three.sql", "SELECT ${known};\nSELECT ${unknown};\n");
        CHECK_THROWS_WITH(read(),
                          Contains("V3__three.sql, line 2: the placeholder ${unknown} has no value; give it one by "
                                   "--placeholder unknown=VALUE"));
    }
    SECTION("a baseline migration of what others make") {
        folder.add("B3__three.sql", "");
        CHECK_THROWS_WITH(read(), Contains("B3__three.sql makes what") && Contains("V2__two.sql"));
    }
    SECTION("a baseline migration that is the first") {
        folder.add("B1__one.sql", "SELECT 0;");
        CHECK(names_of(read().versions) == Texts{"1", "2"});
    }
    SECTION("text that is not UTF-8") {
        folder.add("V3__three.sql", "SELECT 1;\nSELECT 'f\xFCr';");
        CHECK_THROWS_WITH(read(), Contains("V3__three.sql, line 2: it is not UTF-8"));
    }
}

TEST_CASE("numbered files are read in the order of their numbers", "[migrate][adopt]") {
    Folder folder;
    folder.add("10_ten.sql", "SELECT 10;")
        .add("002-two_words.up.sql", "SELECT 2;")
        .add("002-two_words.down.sql", "SELECT -2;")
        .add("1.sql", "SELECT 1;")
        .add("20200131_dated.sql", "SELECT 3;")
        .add("notes.txt", "");
    const auto history = read_numbered(folder.path(), sqlite());
    CHECK(names_of(history.versions) == Texts{"1", "2", "10", "20200131"});
    CHECK(history.versions[0].message == "version 1");
    CHECK(history.versions[1].message == "two words");
    CHECK(history.versions[1].downgrade == "SELECT -2;");
    CHECK(history.versions[3].created == date_of_number("20200131"));
    CHECK(history.versions[3].parents == Texts{"10"});
}

TEST_CASE("numbered files that cannot be adopted are refused by name", "[migrate][adopt]") {
    Folder folder;
    const auto read = [&] { return read_numbered(folder.path(), sqlite()); };
    CHECK_THROWS_WITH(read_numbered(folder.path() / "missing", sqlite()), Contains("there is no folder"));
    CHECK_THROWS_WITH(read(), Contains("has no file 001_text.sql"));
    folder.add("001_one.sql", "SELECT 1;");
    SECTION("one number twice") {
        folder.add("1_again.sql", "");
        CHECK_THROWS_WITH(read(), Contains("1_again.sql has the number of") && Contains("001_one.sql"));
    }
    SECTION("a name without a number") {
        folder.add("extra.sql", "");
        CHECK_THROWS_WITH(read(), Contains("extra.sql has no number at the beginning of its name"));
    }
    SECTION("a way back from nothing") {
        folder.add("002_two.down.sql", "");
        CHECK_THROWS_WITH(read(), Contains("002_two.down.sql takes back a number that no other file has"));
    }
    SECTION("both ways in one file") {
        folder.add("002_two.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n");
        CHECK_THROWS_WITH(read(), Contains("002_two.sql, line 1: a mark of goose"));
    }
}

TEST_CASE("versions are compared by their numbers", "[migrate][adopt]") {
    CHECK(normal_version("01_2.0") == "1.2");
    CHECK(normal_version("0") == "0");
    CHECK(normal_version("1..2").empty());
    CHECK(normal_version("1.x").empty());
    CHECK(normal_version("").empty());
    CHECK(version_before("9", "10"));
    CHECK(version_before("1", "1.1"));
    CHECK_FALSE(version_before("2", "1.9"));
    CHECK_FALSE(version_before("20200131142030", "20200131142030"));
    CHECK_FALSE(date_of_number("20201331"));
    CHECK_FALSE(date_of_number("12345"));
}
