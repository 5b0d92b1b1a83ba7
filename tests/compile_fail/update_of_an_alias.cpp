// expect: update the table itself, not an alias of it
#include "models.hpp"

void mistake(const dal::Database& db) {
    constexpr auto other = dal::alias<"other">(songs);
    db(other).update(songs.title = "x");
}
