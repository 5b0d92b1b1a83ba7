// Creates the tables, connects with schema changes switched off, writes and reads rows.
//
//   music [URL]     default: DATABASE_URL, else a database in memory

#include "library.hpp"
#include "schema.hpp"

#include <strata/schema/schema.hpp>

#include <cstdlib>
#include <iostream>

using namespace strata;
using music::songs;
using music::Status;
using music::users;

namespace {

// The schema layer owns the tables. Where migrations own them it creates nothing, and says so.
void create_tables(const Engine& engine) {
    const schema::Result result = schema::create_all(music::metadata(), engine);
    for (const std::string& table : result.tables) std::cout << "created table " << table << '\n';
    if (result.tables.empty()) std::cout << "created no table\n";
}

// Keys and created_at are made by the database and read back.
void create_rows(const dal::Database& db) {
    const music::User ada = music::create_user(db, "ada@example.org");
    const music::User bob = music::create_user(db, "bob@example.org");
    music::add_song(db, "Aria", ada);
    db.transaction([&](dal::Transaction& tx) {  // all of it or nothing
        music::add_song(tx, "Bolero", ada);
        music::Song canon = music::add_song(tx, "Canon", bob);
        canon.status = Status::failed;
        tx.update(canon);
    });
    std::cout << "created " << db(users).count() << " users and " << db(songs).count() << " songs\n";
}

void read_and_change_rows(const dal::Database& db) {
    if (const auto user = music::get_user_by_id(db, 1)) {
        std::cout << "user 1 is " << user->email << '\n';
        for (const music::Song& song : music::songs_of(db, *user, "A"))
            std::cout << "begins with A: " << song.title << '\n';
    }
    for (const music::Song& song : music::songs_by_status(db, Status::queued)) {
        std::cout << "queued: " << song.title << '\n';
    }
    std::cout << "queued again: " << music::requeue_failed(db) << '\n';
    std::cout << "removed: " << db(songs.title == "Bolero").remove() << '\n';
}

// One query over both tables; its rows are typed tuples.
void print_report(const dal::Database& db) {
    for (const auto& [email, count] : music::songs_per_user(db)) std::cout << email << ' ' << count << '\n';
}

// The DAL is not a way around the schema layer.
void try_to_change_the_schema(const dal::Database& db) {
    try {
        db.execute("DROP TABLE songs");
    } catch (const UsageError& error) {
        std::cout << "refused: " << error.what() << '\n';
    }
}

void run(const Engine& engine) {
    create_tables(engine);
    const dal::Database db = dal::connect(engine);
    if (!db(users).exists()) create_rows(db);
    read_and_change_rows(db);
    print_report(db);
    try_to_change_the_schema(db);
}

}  // namespace

int main(int argc, char** argv) try {
    const char* environment = std::getenv("DATABASE_URL");
    run(argc > 1 ? argv[1] : environment != nullptr ? environment : "sqlite:///:memory:");
    return 0;
} catch (const std::exception& error) {
    std::cerr << "music: " << error.what() << '\n';
    return 2;
}
