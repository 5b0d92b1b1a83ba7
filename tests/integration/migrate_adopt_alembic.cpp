// A history of Alembic that becomes ours, and databases that Alembic has migrated. Alembic itself runs (Debian's
// python3-alembic and python3-psycopg2); its files are written here, in the forms of its documentation.

#include "migrate_adopt_support.hpp"
#include "support/process.hpp"

#include <stdexcept>

using namespace strata;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using test::AdoptingProject;
using test::TestDatabase;
using test::write_text;

namespace {

namespace fs = std::filesystem;

struct AlembicRevision {
    const char* id;
    const char* header;  // what comes after the id
    const char* up;
    const char* down;
};

/// Twelve revisions with a branch and a merge, ids and headers in all forms.
constexpr AlembicRevision history[] = {
    {"ae1027a6acf1", "down_revision = None\nbranch_labels = None\ndepends_on = None",
     "op.create_table('songs', sa.Column('id', sa.Integer(), nullable=False), "
     "sa.Column('title', sa.String(length=200), nullable=False), sa.PrimaryKeyConstraint('id'))",
     "op.drop_table('songs')"},
    {"1975ea83b712", "down_revision: Union[str, None] = 'ae1027a6acf1'",
     "op.add_column('songs', sa.Column('genre', sa.String(length=50), server_default='none', nullable=True))",
     "op.drop_column('songs', 'genre')"},
    {"genres_01", "down_revision: Union[str, Sequence[str], None] = '1975ea83b712'",
     "genres = op.create_table('genres', sa.Column('id', sa.Integer(), nullable=False), "
     "sa.Column('name', sa.String(length=50)), sa.PrimaryKeyConstraint('id'))\n"
     "    op.bulk_insert(genres, [{'id': 1, 'name': 'R&B; soul'}, {'id': 2, 'name': \"rock 'n' roll\"}])",
     "op.drop_table('genres')"},
    {"27c6a30d7c24", "down_revision = 'genres_01'\nbranch_labels = ('billing',)",
     "op.create_table('invoices', sa.Column('id', sa.Integer(), nullable=False), "
     "sa.Column('song_id', sa.Integer(), sa.ForeignKey('songs.id', name='fk_invoices_songs')), "
     "sa.PrimaryKeyConstraint('id'))",
     "op.drop_table('invoices')"},
    {"53fffde5ad55", "down_revision = '27c6a30d7c24'",
     "op.create_index('ix_invoices_song', 'invoices', ['song_id'], unique=False)",
     "op.drop_index('ix_invoices_song', table_name='invoices')"},
    {"2a95102259be", "down_revision = \"genres_01\"\nbranch_labels = ['catalogue']",
     "op.create_table('albums', sa.Column('id', sa.Integer(), nullable=False), "
     "sa.Column('name', sa.Text()), sa.PrimaryKeyConstraint('id'))",
     "op.drop_table('albums')"},
    {"29f8", "down_revision = '2a95102259be'", "op.add_column('albums', sa.Column('year', sa.SmallInteger()))",
     "op.drop_column('albums', 'year')"},
    {"ee55af2cb1c2", "down_revision = ('53fffde5ad55', '29f8')", "pass", "pass"},
    {"c0ffee000001", "down_revision = 'ee55af2cb1c2'", "op.rename_table('invoices', 'bills')",
     "op.rename_table('bills', 'invoices')"},
    {"d00dfeed0002", "down_revision = 'c0ffee000001'",
     "op.execute(\"\"\"-- downgrade\n    INSERT INTO songs (id, title) VALUES (7, 'Gr\u00fc\u00dfe; 100%')\"\"\")\n"
     "    op.execute(\"\"\"\n    -- upgrade: sqlite\n    INSERT INTO albums (id, name) VALUES (8, 'eight')\"\"\")",
     "op.execute('DELETE FROM albums')\n    op.execute('DELETE FROM songs')"},
    {"e11e00000003", "down_revision = 'd00dfeed0002'",
     "op.execute('CREATE VIEW song_list AS SELECT id, title FROM songs')",
     "raise NotImplementedError('nobody goes back')"},
    {"F22F00000004", "down_revision = 'e11e00000003'",
     "op.create_index('uq_genres_name', 'genres', ['name'], unique=True)",
     "op.drop_index('uq_genres_name', table_name='genres')"},
};

constexpr const char* env_py = R"py(
import os
from alembic import context
from sqlalchemy import create_engine

config = context.config

def run_migrations_offline():
    context.configure(url=config.get_main_option("sqlalchemy.url"), target_metadata=None, literal_binds=True,
                      dialect_opts={"paramstyle": "named"})
    with context.begin_transaction():
        context.run_migrations()

def run_migrations_online():
    url = os.environ["TEST_URL"]
    if url.startswith("sqlite"):
        engine = create_engine(url)
    else:
        import psycopg2
        def connected():
            connection = psycopg2.connect(url)
            connection.set_session(readonly=False)  # whatever the role's default is
            return connection
        engine = create_engine("postgresql+psycopg2://", creator=connected)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=None)
        with context.begin_transaction():
            context.run_migrations()

if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
)py";

/// Runs each `URL REVISION...` of its arguments; one process for all, since Python takes long to begin.
constexpr const char* run_py = R"py(
import os, sys
from alembic import command
from alembic.config import Config
for run in sys.argv[2:]:
    words = run.split()
    os.environ["TEST_URL"] = words[0]
    for revision in words[1:]:
        command.upgrade(Config(sys.argv[1]), revision)
)py";

/// A project of Alembic, and what runs it.
class AlembicProject {
public:
    explicit AlembicProject(const TestDatabase& db) : root_(db.directory() / "old") {
        write_text(root_ / "alembic.ini", "[alembic]\nscript_location = alembic\nsqlalchemy.url = " +
                                              std::string(db.is_sqlite() ? "sqlite:///" : "postgresql+psycopg2://") +
                                              "\n");
        write_text(root_ / "alembic/env.py", env_py);
        write_text(root_ / "run.py", run_py);
        write_text(root_ / "alembic.sh", "#!/bin/sh\nexec /usr/bin/python3 -m alembic \"$@\"\n");
        fs::permissions(program(), fs::perms::owner_all);
    }

    void add(const AlembicRevision& revision) {
        const std::string id = revision.id;
        const auto day = std::to_string(10 + day_++);
        std::string header = revision.header;
        write_text(file(id), "\"\"\"revision " + id + "\n\nRevision ID: " + id + "\nRevises: \nCreate Date: 2021-03-" +
                                 day +
                                 " 10:20:30.405060\n\n\"\"\"\nfrom typing import Sequence, Union\n\n"
                                 "from alembic import op\nimport sqlalchemy as sa\n\n\n"
                                 "# revision identifiers, used by Alembic.\nrevision" +
                                 (header.find(": Union") != std::string::npos ? ": str" : "") + " = '" + id + "'\n" +
                                 header + "\n\n\ndef upgrade():\n    " + revision.up + "\n\n\ndef downgrade():\n    " +
                                 revision.down + "\n");
    }
    void add_all() {
        for (const auto& revision : history) add(revision);
    }
    /// The same with a way back from everywhere.
    void add_all_reversible() {
        for (auto revision : history) {
            if (revision.id == std::string_view("e11e00000003")) revision.down = "op.execute('DROP VIEW song_list')";
            add(revision);
        }
    }
    /// Upgrades databases by Alembic itself: `URL REVISION...` for each.
    void upgrade(const std::vector<std::string>& runs) const {
        std::vector<std::string> command{"/usr/bin/python3", (root_ / "run.py").string(),
                                         (root_ / "alembic.ini").string()};
        command.insert(command.end(), runs.begin(), runs.end());
        const auto done = test::run_process(command, {.directory = root_});
        if (done.exit_code != 0) throw std::runtime_error("Alembic failed: " + done.err);
    }

    [[nodiscard]] fs::path program() const { return root_ / "alembic.sh"; }
    [[nodiscard]] fs::path folder() const { return root_ / "alembic"; }
    [[nodiscard]] fs::path file(const std::string& id) const { return root_ / "alembic/versions" / (id + "_text.py"); }
    [[nodiscard]] std::vector<std::string> adopt() const {
        return {"adopt", "alembic", folder().string(), "--alembic", program().string()};
    }

private:
    fs::path root_;
    int day_ = 0;
};

constexpr const char* tables[] = {"songs", "genres", "albums", "bills"};

std::string left_by(const TestDatabase& db) {
    return test::left_in(db, {"alembic_version"}, {std::begin(tables), std::end(tables)});
}

}  // namespace

STRATA_DB_TEST("an adopted history of Alembic leaves what Alembic leaves, and goes back as far", "[migrate][adopt]") {
    AlembicProject old(db);
    old.add_all();
    AdoptingProject project(db.directory());
    const auto said = project.ok(db, old.adopt());
    const std::string kind(db.dialect_name());
    CHECK(project.files().size() == 12);
    CHECK_THAT(said, Contains("12 revisions for " + std::string(db.dialect_name())));
    CHECK_THAT(said, Contains("Note: revision e11e00000003 has no downgrade, since Alembic cannot print it "
                              "(NotImplementedError: nobody goes back)"));
    CHECK(std::count(said.begin(), said.end(), '\n') == 12 + 1 + 1);
    CHECK_THAT(project.text_of("alembic 27c6a30d7c24"),
               Contains("-- label: billing\n-- message: revision 27c6a30d7c24\n"));
    CHECK_THAT(project.text_of("alembic ee55af2cb1c2"),
               Contains("\n-- upgrade: " + kind + "\n\n-- downgrade: " + kind + "\n"));
    CHECK(project.files().front().filename() == "20210310_102030_ae1027a6acf1_revision_ae1027a6acf1.sql");

    CHECK_THAT(test::read_file(project.folder() / "heads"),
               Contains(project.files().back().filename().string().substr(16, 12)));

    const TestDatabase theirs(db.dialect());
    old.upgrade({theirs.url() + " head"});
    project.ok(db, {"upgrade"});
    CHECK_THAT(project.failure(db, {"downgrade", "base"}),
               Contains("revision e11e00000003") && Contains("has no downgrade"));
    CHECK_THAT(project.ok(db, {"current"}), StartsWith("e11e00000003"));
    project.ok(db, {"upgrade"});
    CHECK(left_by(db) == left_by(theirs));
}

STRATA_DB_TEST("databases that Alembic has left in the middle go on from there", "[migrate][adopt]") {
    AlembicProject old(db);
    old.add_all_reversible();
    AdoptingProject project(db.directory());
    project.ok(db, old.adopt());

    const TestDatabase whole(db.dialect());
    const TestDatabase one(db.dialect());
    const TestDatabase two(db.dialect());
    const TestDatabase late(db.dialect());
    old.upgrade({whole.url() + " head", one.url() + " genres_01", two.url() + " 53fffde5ad55 2a95102259be",
                 late.url() + " d00dfeed0002"});
    // Two rows are two branches.
    CHECK(two.shell("SELECT version_num FROM alembic_version ORDER BY 1") == "2a95102259be\n53fffde5ad55");

    for (const auto* each : {&one, &two, &late}) {
        CHECK_THAT(project.failure(*each, {"upgrade"}),
                   Contains("the database was migrated by alembic, from which this "
                            "history was adopted; record where it is with 'stamp "
                            "--adopted' first"));
        CHECK_THAT(project.run(*each, {"status"}).out, Contains("Not recorded: the database was migrated by alembic"));
    }
    CHECK(two.shell("SELECT count(*) FROM alembic_version") == "2");
    CHECK_THAT(project.ok(one, {"stamp", "--adopted"}),
               Contains("The database is at genres_01 of alembic; recorded as "));
    CHECK_THAT(project.ok(two, {"stamp", "--adopted"}), Contains("recorded as 2a95102259be, 53fffde5ad55."));
    CHECK_THAT(project.ok(late, {"stamp", "--adopted"}), Contains("recorded as d00dfeed0002."));
    const auto rows = late.shell("SELECT revision, action FROM strata_history ORDER BY 1");
    CHECK_THAT(rows, Contains("d00dfeed0002|stamp"));
    CHECK_THAT(project.ok(late, {"stamp", "--adopted"}), Contains("which is recorded already: d00dfeed0002."));
    CHECK(late.shell("SELECT revision, action FROM strata_history ORDER BY 1") == rows);

    const auto expected = left_by(whole);
    for (const auto* each : {&one, &two, &late}) {
        project.ok(*each, {"upgrade"});
        // Where it is now, Alembic's table does not know any more.
        CHECK_THAT(project.failure(*each, {"stamp", "--adopted"}),
                   Contains("the database is at") && Contains("already"));
        const auto checked = project.run(*each, {"check"});
        CHECK_THAT(checked.out + checked.err, !Contains("drop table alembic_version"));
        CHECK(left_by(*each) == expected);
    }
}

STRATA_DB_TEST("what Alembic cannot print is refused, and nothing is written", "[migrate][adopt]") {
    AlembicProject old(db);
    AdoptingProject project(db.directory());
    old.add(history[0]);
    SECTION("an upgrade that asks the database") {
        old.add({"b00000000001", "down_revision = 'ae1027a6acf1'",
                 "op.get_bind().execute(sa.text('SELECT 1')).scalar().bit_length()", "pass"});
        CHECK_THAT(project.failure(db, old.adopt()),
                   Contains("Alembic cannot print the SQL of revision b00000000001") &&
                       Contains("'alembic upgrade --sql' must work for it"));
    }
    SECTION("SQL that ends in a comment, which Alembic runs together with what follows") {
        old.add({"b00000000001", "down_revision = 'ae1027a6acf1'", "op.execute('DELETE FROM songs -- all')", "pass"});
        CHECK_THAT(project.failure(db, old.adopt()),
                   Contains("the SQL 'DELETE FROM songs -- all") && Contains("ends in a comment"));
    }
    SECTION("a program that is not there") {
        CHECK_THAT(project.failure(db, {"adopt", "alembic", old.folder().string(), "--alembic", "no-such-alembic"}),
                   Contains("there is no program 'no-such-alembic'") && Contains("--alembic PROGRAM"));
    }
    SECTION("a configuration that is not there") {
        CHECK_THAT(project.failure(db, {"adopt", "alembic", old.folder().string(), "--ini", "no-such.ini"}),
                   Contains("there is no file no-such.ini"));
    }
    SECTION("a database of another kind") {
        const TestDatabase other(db.is_sqlite() ? test::TestDialect::postgresql : test::TestDialect::sqlite);
        CHECK_THAT(project.failure(other, old.adopt()), Contains("alembic.ini is for a database of the kind '"));
    }
    SECTION("another version table") {
        auto env = test::read_file(old.folder() / "env.py");
        env.insert(env.find("target_metadata=None, literal"), "version_table='other_version', ");
        write_text(old.folder() / "env.py", env);
        CHECK_THAT(project.failure(db, old.adopt()), Contains("name that by --tool-table"));
        CHECK(project.files().empty());
        auto arguments = old.adopt();
        arguments.insert(arguments.end(), {"--tool-table", "other_version"});
        project.ok(db, arguments);
        CHECK(project.text_of("alembic ae1027a6acf1").find("other_version") == std::string::npos);
        return;
    }
    SECTION("a folder with revisions") {
        project.ok(db, old.adopt());
        CHECK_THAT(project.failure(db, old.adopt()), Contains("has a section '-- upgrade: ") && Contains("already"));
        return;
    }
    CHECK(project.files().empty());
}

STRATA_DB_TEST("stamp --adopted refuses what it cannot translate", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    const auto file = [&](const std::string& id, const std::string& parent, const std::string& adopted) {
        write_text(project.folder() / ("20200101_000000_" + id + "_x.sql"),
                   "-- revises: " + parent + "\n-- message: x\n" + adopted + "-- upgrade\n");
    };
    file("00000000000a", "nothing", "");
    CHECK_THAT(project.failure(db, {"stamp", "--adopted"}),
               Contains("there is no database") || Contains("no revision here was adopted"));
    file("00000000000b", "00000000000a", "-- adopted: alembic b1\n");
    db.shell("CREATE TABLE others (id integer)");
    CHECK_THAT(project.failure(db, {"stamp", "--adopted"}), Contains("the database has no table alembic_version in"));
    db.shell("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)");
    CHECK_THAT(project.ok(db, {"stamp", "--adopted"}),
               Contains("The database is at base of alembic, which is recorded already"));
    db.shell("INSERT INTO alembic_version VALUES ('zz')");
    CHECK_THAT(project.failure(db, {"stamp", "--adopted"}),
               Contains("the table alembic_version names the version 'zz', which no revision was adopted from"));
    CHECK_THAT(project.failure(db, {"stamp", "--adopted", "--tool-table", "missing"}),
               Contains("has no table missing in"));
    CHECK_THAT(project.failure(db, {"stamp", "--adopted", "head"}), Contains("--adopted"));
    CHECK_THAT(project.failure(db, {"stamp"}), Contains("stamp needs a revision, or --adopted"));
    CHECK_THAT(project.failure(db, {"stamp", "head", "--tool-table", "x"}),
               Contains("--tool-table goes with --adopted"));
    db.shell("UPDATE alembic_version SET version_num = 'b1'");
    file("00000000000c", "00000000000b", "-- adopted: flyway 1\n");
    CHECK_THAT(project.failure(db, {"stamp", "--adopted"}),
               Contains("was adopted from flyway and others from alembic"));
    file("00000000000c", "00000000000b", "-- adopted: alembic b1\n");
    CHECK_THAT(project.failure(db, {"stamp", "--adopted"}), Contains("'-- adopted: alembic b1' as another one does"));
    // Nothing of these was recorded.
    CHECK_THAT(project.ok(db, {"current"}), !Contains("0"));
}

STRATA_DB_TEST("a database that is at the other tool's base is upgraded as an empty one", "[migrate][adopt]") {
    AdoptingProject project(db.directory());
    write_text(
        project.folder() / "20200101_000000_00000000000b_x.sql",
        "-- revises: nothing\n-- message: x\n-- adopted: alembic b1\n-- upgrade\nCREATE TABLE songs (id integer);\n");
    db.shell("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)");
    db.shell("INSERT INTO alembic_version VALUES ('b1')");
    CHECK_THAT(project.failure(db, {"upgrade"}), Contains("the database was migrated by alembic"));
    project.ok(db, {"ensure-version"});
    CHECK_THAT(project.failure(db, {"upgrade"}), Contains("the database was migrated by alembic"));
    db.shell("DELETE FROM alembic_version");
    project.ok(db, {"upgrade"});
    CHECK_THAT(project.ok(db, {"current"}), Contains("00000000000b (head)"));
}
