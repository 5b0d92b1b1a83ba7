// Values for columns that become NOT NULL: op.fill() and migrate --fill.

#include "cli_project.hpp"
#include "support/process.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/model.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/table.hpp>

#include <boost/describe/enum.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

using Catch::Matchers::Contains;
using namespace strata::test;
using strata::schema::MetaData;

namespace {

enum class Mood { calm, wild };
BOOST_DESCRIBE_ENUM(Mood, calm, wild)

namespace before {
struct Song {
    std::int64_t id{};
    std::optional<std::string> title{};
};
STRATA_MODEL(Song, songs, id, title)
MetaData metadata() { return {strata::schema::table(songs)}; }
}  // namespace before

namespace after {
struct Song {
    std::int64_t id{};
    std::string title{};
    std::int16_t rating{};
    strata::Date released{};
    Mood mood{};
};
STRATA_MODEL(Song, songs, id, title, rating, released, mood)
STRATA_FACTS(songs, max_length(songs.title, 20))
MetaData metadata() { return {strata::schema::table(songs, strata::schema::index(songs.title))}; }
}  // namespace after

/// A project at its first revision whose models say more.
Project changed(const TestDatabase& db, const std::string& rows) {
    Project project(db, &before::metadata);
    project.ok({"init"});
    project.ok({"migrate", "first"});
    project.ok({"upgrade"});
    db.shell(rows);
    project.set_models(&after::metadata);
    return project;
}

/// Standard input is a terminal, on which this is typed, while it lives.
class Typed {
public:
    explicit Typed(const std::string& text)
        : before_(::dup(STDIN_FILENO)), keyboard_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        REQUIRE((keyboard_ >= 0 && ::grantpt(keyboard_) == 0 && ::unlockpt(keyboard_) == 0));
        const int terminal = ::open(::ptsname(keyboard_), O_RDWR | O_NOCTTY | O_CLOEXEC);
        REQUIRE(::dup2(terminal, STDIN_FILENO) == STDIN_FILENO);
        ::close(terminal);
        REQUIRE(::write(keyboard_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        std::cin.clear();
    }
    Typed(const Typed&) = delete;
    Typed& operator=(const Typed&) = delete;
    ~Typed() {
        ::dup2(before_, STDIN_FILENO);
        ::close(before_);
        ::close(keyboard_);
    }

private:
    int before_;
    int keyboard_;
};

const std::vector<std::string> all_filled{"migrate", "more",
                                          "--fill",  "songs.title='it''s untitled'",
                                          "--fill",  "songs.rating=-3",
                                          "--fill",  "songs.released=2026-11-20",
                                          "--fill",  "songs.mood=calm"};

}  // namespace

STRATA_DB_TEST(
    "migrate --fill writes a revision that gives the rows a value and runs up and down, with rows and without",
    "[migrate][cli][fill]") {
    const bool filled = GENERATE(true, false);
    Project project = changed(db, filled ? "INSERT INTO songs (title) VALUES ('Aria'), (NULL)" : "SELECT 1");
    const auto schema = db.dump();
    CHECK_THAT(project.ok(all_filled), !Contains("is NOT NULL and has no server default: upgrade"));
    CHECK_THAT(project.text("more"),
               Contains("op.add_column(\"songs\", column(\"rating\", SmallInteger{}).nullable());\n"
                        "        op.fill(\"songs\", \"rating\", -3);\n"
                        "        op.alter_column(\"songs\", \"rating\").nullable(false);\n") &&
                   Contains("op.fill(\"songs\", \"title\", \"it's untitled\");"));
    project.ok({"upgrade", "--allow-destructive"});
    if (filled)
        CHECK(db.shell("SELECT title, rating, released, mood FROM songs ORDER BY id") ==
              "Aria|-3|2026-11-20|calm\nit's untitled|-3|2026-11-20|calm");
    CHECK_THAT(project.ok({"check"}), Contains("No new upgrade operations detected.\n"));
    CHECK_THROWS(db.shell("INSERT INTO songs (title) VALUES ('no rating')"));
    project.ok({"downgrade"});
    CHECK(db.dump() == schema);
    project.ok({"upgrade", "--allow-destructive"});
}

STRATA_DB_TEST("without --fill a column becomes NOT NULL by itself, with a note, and upgrade says what to do",
               "[migrate][cli][fill]") {
    Project project = changed(db, "INSERT INTO songs (title) VALUES ('Aria'), (NULL)");
    CHECK_THAT(
        project.ok({"migrate", "more", "--fill", "songs.title=x"}),
        Contains("Note: songs.rating is NOT NULL and has no server default: upgrade fails where songs has rows"));
    const auto run = project({"upgrade", "--allow-destructive"});
    CHECK(run.code == 2);
    CHECK_THAT(run.err,
               Contains("  songs, column rating: 2 rows would be without a value; give the column a default, or") &&
                   Contains("  songs, column mood: 2 rows would be without a value"));
}

STRATA_DB_TEST("on a terminal migrate asks for the value, again after one that does not fit", "[migrate][cli][fill]") {
    if (!has_terminals()) {
        WARN("not run: this machine has no pseudo terminals");
        return;
    }
    Project project = changed(db, "INSERT INTO songs (title) VALUES ('Aria')");
    auto arguments = all_filled;
    std::erase(arguments, "songs.rating=-3");
    arguments.erase(arguments.begin() + 4);  // its --fill
    const Typed typed("many\n 4 \n");
    CHECK_THAT(project.ok(arguments), Contains("songs.rating becomes NOT NULL. What do rows without a value get?") &&
                                          Contains("SMALLINT: it takes a whole number of its range\n"));
    CHECK_THAT(project.text("more"), Contains("op.fill(\"songs\", \"rating\", 4);"));
}

STRATA_DB_TEST(
    "a --fill that names no such column or gives no such value is refused with one line that does not repeat "
    "it, and nothing is written",
    "[migrate][cli][fill]") {
    Project project = changed(db, "SELECT 1");
    const auto refused = [&](const std::string& fill) { return project.failure({"migrate", "x", "--fill", fill}); };
    CHECK_THAT(refused("songs.rating"), Contains("give the column and its value, such as songs.rating=0"));
    CHECK_THAT(refused("songs.id=1"), Contains("--fill songs.id: the revision makes no such column NOT NULL"));
    CHECK_THAT(refused("songs.rating=70000"),
               Contains("the value for songs.rating is not of its type, SMALLINT: it takes "
                        "a whole number of its range") &&
                   !Contains("70000"));
    CHECK_THAT(refused("songs.rating=topsecret"), Contains("a whole number") && !Contains("topsecret"));
    CHECK_THAT(refused("songs.title=more than twenty characters"), Contains("the text is longer than 20 characters"));
    CHECK_THAT(refused("songs.released=2026-02-30"), Contains("DATE: it cannot be read as one"));
    CHECK_THAT(refused("songs.mood='topsecret'"), Contains("it takes calm or wild") && !Contains("topsecret"));
    CHECK_THAT(project.failure({"migrate", "x", "--fill", "songs.rating=1", "--fill", "songs.rating=2"}),
               Contains("--fill songs.rating is given twice"));
    CHECK(project.files().size() == 1);
}

STRATA_DB_TEST("op.fill gives a value where there is none, in the form that the column stores", "[migrate][fill]") {
    using namespace strata::migrate;
    History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("parents", {column("id", Integer{}), primary_key("pk_parents", {"id"})});
            op.create_table(
                "t", {column("id", Integer{}), column("at", DateTimeTz{}).nullable(),
                      column("price", Numeric{20, 2}).nullable(), column("yes", Boolean{}).nullable(),
                      column("parent", Integer{}).nullable(), primary_key("pk_t", {"id"}),
                      foreign_key("fk_t", {"parent"}, "parents", {"id"}).deferrable(Deferrable::initially_deferred)});
        },
        [](Operations&) {});
    history.add(
        "b2", {"a1"},
        [](Operations& op) {
            op.fill("t", "at", "2026-11-20T12:00:00+02:00");
            op.fill("t", "price", "5.5");
            op.fill("t", "yes", true);
            op.fill("t", "parent", 1);
            op.alter_column("t", "parent").nullable(false);
        },
        [](Operations& op) { op.alter_column("t", "parent").nullable(); });
    const strata::Engine engine(db.url());
    upgrade(engine, "a1", history.revisions());
    db.shell(
        "INSERT INTO parents VALUES (1), (2); INSERT INTO t (id, yes, parent) VALUES (1, NULL, NULL), (2, FALSE, 2)");
    upgrade(engine, "head", history.revisions());
    CHECK(db.shell("SELECT id, price, parent FROM t ORDER BY id") == "1|5.50|1\n2|5.50|2");
    CHECK(db.shell("SELECT count(*) FROM t WHERE yes") == "1");
    CHECK_THAT(db.shell("SELECT at FROM t WHERE id = 1"), Contains("2026-11-20 10:00:00"));
    downgrade(engine, "-1", history.revisions());
    CHECK(db.shell("SELECT version_num FROM strata_version") == "a1");
}
