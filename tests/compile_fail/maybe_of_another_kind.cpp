// expect: these two cannot be compared
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.id == maybe(std::optional<std::string>())).all(); }
