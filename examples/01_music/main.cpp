// Creates the tables, connects with schema changes switched off, writes and reads rows.
//
//   01_music [URL]     default: DATABASE_URL, else a database in memory

#include "library.hpp"
#include "schema.hpp"

#include <strata/core/engine.hpp>
#include <strata/schema/schema.hpp>

#include <cstdlib>
#include <iostream>

using namespace strata;

namespace {

void run(const Engine& engine) {
    const schema::Result made = schema::create_all(music::metadata(), engine);
    std::cout << "create_all on " << engine.url().to_string() << ":";
    for (const std::string& table : made.tables) std::cout << ' ' << table;
    std::cout << (made.tables.empty() ? " nothing to do\n" : "\n");

    const dal::Database db = dal::connect(engine);

    // Create. The key and created_at are made by the database and read back.
    const music::User ada = music::create_user(db, "ada@example.org");
    const music::User bob = music::create_user(db, "bob@example.org");
    music::add_song(db, "Aria", ada);
    db.transaction([&](dal::Transaction& tx) {  // all of it or nothing
        music::add_song(tx, "Bolero", ada);
        music::Song canon = music::add_song(tx, "Canon", bob);
        canon.status = music::Status::failed;
        tx.update(canon);
    });

    // Read.
    if (const auto found = music::get_user_by_id(db, ada.id)) std::cout << "user " << found->id << ": " << found->email << '\n';
    for (const music::Song& song : music::songs_by_status(db, music::Status::queued)) {
        std::cout << "queued: " << song.title << '\n';
    }

    // Update and delete.
    std::cout << "requeued: " << music::requeue_failed(db) << '\n';
    std::cout << "removed: " << db(music::songs.title == "Bolero").remove() << '\n';

    // A joined report: typed tuples, from one query.
    for (const auto& [email, count] : music::songs_per_user(db)) std::cout << email << " has " << count << " song(s)\n";

    // The schema belongs to the schema layer.
    try {
        db.execute("DROP TABLE songs");
    } catch (const UsageError& error) {
        std::cout << "refused: " << error.what() << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    const char* environment = std::getenv("DATABASE_URL");
    try {
        run(argc > 1 ? argv[1] : environment != nullptr ? environment : "sqlite:///:memory:");
    } catch (const Error& error) {
        std::cerr << "01_music: " << error.what() << '\n';
        return 2;
    }
}
