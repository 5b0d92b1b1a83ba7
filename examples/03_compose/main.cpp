// Signs the guest book and prints it. It makes no table: a database to which the migrations were not applied is
// refused.
//
//   guestbook NAME     the database is that of DATABASE_URL

#include "models.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/dal/verify.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
    using guestbook::guests;
    const strata::dal::Database db = strata::dal::connect(strata::core::Engine::from_environment());
    db.verify(guests);
    db.insert(guestbook::Guest{.name = argc > 1 ? argv[1] : "somebody"});
    for (const auto& guest : db(guests).order_by(guests.id).all()) std::cout << guest.id << ' ' << guest.name << '\n';
    return 0;
} catch (const std::exception& error) {
    std::cerr << "guestbook: " << error.what() << '\n';
    return 2;
}
