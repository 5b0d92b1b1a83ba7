// Starts only on a database that fits, and counts its notes.
#include "models.hpp"

#include <strata/dal.hpp>
#include <strata/dal/verify.hpp>

#include <iostream>

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: notes_service URL\n";
        return 2;
    }
    const auto db = strata::dal::connect(argv[1]);
    db.verify(notes::authors, notes::notes);
    std::cout << db(notes::authors).count() << " authors\n";
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
}
