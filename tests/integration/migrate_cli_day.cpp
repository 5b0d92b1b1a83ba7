// A whole day with the tool by the same sequence of commands on both databases, with approved output.

#include "support/catch.hpp"
#include "support/database.hpp"
#include "tool_run.hpp"

#include <strata/core/model.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/operations.hpp>
#include <strata/migrate/revision.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <sstream>

using namespace strata::test;
using namespace strata::migrate;
using strata::schema::MetaData;
namespace fs = std::filesystem;

namespace {

namespace morning {
struct Song {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Song, songs, id, title)
STRATA_FACTS(songs, max_length(songs.title, 255), unique(songs.title))

MetaData metadata() { return {strata::schema::table(songs)}; }
}  // namespace morning

namespace noon {
struct Song {
    std::int64_t id{};
    std::string title{};
    std::optional<std::string> genre{};
};
STRATA_MODEL(Song, songs, id, title, genre)
STRATA_FACTS(songs, max_length(songs.title, 255), unique(songs.title), max_length(songs.genre, 100))

MetaData metadata() { return {strata::schema::table(songs)}; }
}  // namespace noon

/// What the compiler would make of the revision's file that has this id.
struct Compiled {
    Parents parents;
    std::string message;
    std::function<void(Operations&)> upgrade;
    std::function<void(Operations&)> downgrade;
};

const auto nothing = [](Operations&) {};

const std::map<std::string, Compiled>& compiled() {
    static const std::map<std::string, Compiled> revisions{
        {"a00000000000",
         {revises(), "songs",
          [](Operations& op) {
              op.create_table("songs", {column("id", BigInteger{}).identity(), column("title", String{255}),
                                        primary_key("pk_songs", {"id"}), unique("uq_songs_title", {"title"})});
          },
          [](Operations& op) { op.drop_table("songs"); }}},
        {"b00000000000",
         {revises("a00000000000"), "genre",
          [](Operations& op) { op.add_column("songs", column("genre", String{100}).nullable()); },
          [](Operations& op) { op.drop_column("songs", "genre"); }}},
        {"c00000000000", {revises("a00000000000"), "manual", nothing, nothing}},
        {"d00000000000", {revises("b00000000000", "c00000000000"), "both", nothing, nothing}},
    };
    return revisions;
}

/// A project whose tool is made of the files that the folder has, and its commands as a terminal shows them. What must
/// differ between runs and databases is named here and nowhere else: the folder, the URL, times, and the locks of a
/// plan.
class Day {
public:
    explicit Day(const TestDatabase& db) : db_(db), folder_(db.directory() / "migrations") {
        unsetenv("DATABASE_URL");
        unsetenv("DB_TYPE");
    }
    void set_models(MetaData (*metadata)()) { metadata_ = metadata; }

    std::string transcript(const std::string& commands) {
        std::istringstream lines(commands);
        std::string text;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream stream(line);
            std::vector<std::string> arguments{"tool"};
            for (std::string word; stream >> word;) arguments.push_back(word);
            arguments.insert(arguments.end(), {"--url", db_.url()});
            const auto outcome = run_tool(arguments, {metadata_, revisions(), folder_.string()});
            text += "$ " + line + "\n" + outcome.out + outcome.err;
            if (outcome.code != 0) text += "[" + std::to_string(outcome.code) + "]\n";
        }
        return the_same_everywhere(text);
    }

private:
    const Revisions& revisions() {
        revisions_.clear();
        if (!fs::is_directory(folder_)) return revisions_;
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (entry.path().extension() != ".cpp") continue;
            const auto name = entry.path().filename().string();
            const auto id = name.substr(16, 12);
            const auto& from = compiled().at(id);
            list_.emplace_back(id, name, from.parents, from.message, from.upgrade, from.downgrade);
            revisions_.push_back(&list_.back());
        }
        return revisions_;
    }
    [[nodiscard]] std::string the_same_everywhere(std::string text) const {
        for (const auto& [place, name] :
             {std::pair{folder_.string(), std::string("FOLDER")},
              std::pair{strata::core::Url::parse(db_.url()).to_string(), std::string("URL")}}) {
            for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + name.size()))
                text.replace(at, place.size(), name);
        }
        text = std::regex_replace(text, std::regex("[0-9]{8}_[0-9]{6}_"), "TIME_");
        text = std::regex_replace(text, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"), "TIME");
        text = std::regex_replace(text, std::regex("[0-9]+\\.[0-9]+ s, by .*"), "TIME s, by SOMEBODY");
        return std::regex_replace(text, std::regex("; -- locks .*"), ";");  // PostgreSQL's plan names them
    }

    const TestDatabase& db_;
    fs::path folder_;
    MetaData (*metadata_)() = morning::metadata;
    std::deque<Revision> list_;
    Revisions revisions_;
};

}  // namespace

STRATA_DB_TEST("a day with the tool prints the same on both databases", "[migrate][cli][history]") {
    Day day(db);
    CHECK(day.transcript(R"(init
current
status
migrate songs --rev-id a00000000000
upgrade
current
check
migrate again)") == R"($ init
created FOLDER
$ current
$ status
Database: URL
At: base
To run: 0
$ migrate songs --rev-id a00000000000
Compared 1 table: songs
Detected create table songs
Generating FOLDER/TIME_a00000000000_songs.cpp ... done
$ upgrade
Running upgrade  -> a00000000000, songs
$ current
a00000000000 (head)
$ check
Compared 1 table: songs
No new upgrade operations detected.
$ migrate again
Compared 1 table: songs
No changes detected; no revision was written.
)");

    db.shell("INSERT INTO songs (title) VALUES ('Aria')");
    day.set_models(noon::metadata);
    CHECK(day.transcript(R"(check
migrate genre --rev-id b00000000000
migrate more
status
plan
upgrade
current -v
history -v
show a0
downgrade
current
stamp head
current
stamp a0
upgrade +1)") == R"($ check
Compared 1 table: songs
New upgrade operations detected:
  add column songs.genre
[1]
$ migrate genre --rev-id b00000000000
Compared 1 table: songs
Detected add column songs.genre
Generating FOLDER/TIME_b00000000000_genre.cpp ... done
$ migrate more
FAILED: Target database is not up to date. Run upgrade first; it is at a00000000000 and the head is b00000000000
[2]
$ status
Database: URL
At: a00000000000
To run: 1: b00000000000
[1]
$ plan
Revision b00000000000, genre
  add column songs.genre
  songs has 1 row
  Phase 1, in one transaction:
    ALTER TABLE "songs" ADD COLUMN "genre" VARCHAR(100);
$ upgrade
Running upgrade a00000000000 -> b00000000000, genre
$ current -v
Current revision(s) for URL:
Rev: b00000000000 (head)
Parent: a00000000000
Path: FOLDER/TIME_b00000000000_genre.cpp
Create Date: TIME
Run: TIME upgrade, TIME s, by SOMEBODY

    genre

$ history -v
Rev: b00000000000 (head)
Parent: a00000000000
Path: FOLDER/TIME_b00000000000_genre.cpp
Create Date: TIME

    genre

Rev: a00000000000
Parent: <base>
Path: FOLDER/TIME_a00000000000_songs.cpp
Create Date: TIME

    songs

$ show a0
Rev: a00000000000
Parent: <base>
Path: FOLDER/TIME_a00000000000_songs.cpp
Create Date: TIME

    songs

$ downgrade
Running downgrade b00000000000 -> a00000000000, genre
$ current
a00000000000
$ stamp head
Running stamp_revision a00000000000 -> b00000000000
$ current
b00000000000 (head)
$ stamp a0
Running stamp_revision b00000000000 -> a00000000000
$ upgrade +1
Running upgrade a00000000000 -> b00000000000, genre
)");

    CHECK(day.transcript(R"(revision -m manual --rev-id c00000000000 --head a0
revision -m manual --rev-id c00000000000 --head a0 --splice
heads
upgrade
branches
merge -m both --rev-id d00000000000
heads
history
upgrade
current
check
status
downgrade a0
downgrade base
current)") == R"($ revision -m manual --rev-id c00000000000 --head a0
FAILED: Revision a00000000000 is not a head revision; please specify --splice to create a new branch from this revision
[2]
$ revision -m manual --rev-id c00000000000 --head a0 --splice
Generating FOLDER/TIME_c00000000000_manual.cpp ... done
$ heads
b00000000000 (head)
c00000000000 (head)
$ upgrade
FAILED: Multiple head revisions are present: b00000000000, c00000000000; name one of them, take all with 'heads', or join them with 'merge'
[2]
$ branches
a00000000000 (branchpoint)
             -> b00000000000 (head)
             -> c00000000000 (head)
$ merge -m both --rev-id d00000000000
Generating FOLDER/TIME_d00000000000_both.cpp ... done
$ heads
d00000000000 (head)
$ history
b00000000000, c00000000000 -> d00000000000 (head) (mergepoint), both
a00000000000 -> c00000000000, manual
a00000000000 -> b00000000000, genre
<base> -> a00000000000 (branchpoint), songs
$ upgrade
Running upgrade a00000000000 -> c00000000000, manual
Running upgrade b00000000000, c00000000000 -> d00000000000, both
$ current
d00000000000 (head) (mergepoint)
$ check
Compared 1 table: songs
No new upgrade operations detected.
$ status
Database: URL
At: d00000000000 (head)
To run: 0
$ downgrade a0
Running downgrade d00000000000 -> b00000000000, c00000000000, both
Running downgrade c00000000000 -> a00000000000, manual
Running downgrade b00000000000 -> a00000000000, genre
$ downgrade base
Running downgrade a00000000000 -> , songs
$ current
)");
    CHECK(db.shell("SELECT count(*) FROM strata_version") == "0");
}
