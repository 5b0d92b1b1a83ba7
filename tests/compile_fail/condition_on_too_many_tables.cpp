// expect: this expression needs a table that the variable's type does not name
#include "models.hpp"

void mistake(const dal::Database& db) {
    dal::Condition<Song> wanted;
    wanted &= users.id == 1;
    (void)db(wanted).all();
}
