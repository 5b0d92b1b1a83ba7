// expect: gives its kind: not nullopt
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db.all(select(dal::when(songs.id == 1, std::nullopt, std::nullopt)).from(songs));
}
