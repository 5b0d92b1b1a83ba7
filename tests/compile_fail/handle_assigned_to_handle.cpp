// expect: use of deleted function
#include "models.hpp"

void mistake(const dal::Database& db) {
    auto column = songs.title;
    column = songs.title;
    (void)db(column == "x").all();
}
