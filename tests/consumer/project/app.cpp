// Makes the tables of the URL's database, writes two rows and reads them back.
#include "models.hpp"
#include "schema.hpp"

#include <strata/dal/database.hpp>
#include <strata/schema/schema.hpp>

#include <iostream>

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: notes_app URL\n";
        return 2;
    }
    strata::schema::create_all(notes::metadata(), argv[1]);
    auto db = strata::dal::connect(argv[1]);
    const auto ada = db.insert(notes::Author{.email = "ada@example.org"});
    db.insert(notes::Note{.title = "First", .author_id = ada.id});
    for (const auto& note : db(notes::notes.author_id == ada.id).all()) {
        std::cout << note.title << " by " << ada.email << '\n';
    }
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
