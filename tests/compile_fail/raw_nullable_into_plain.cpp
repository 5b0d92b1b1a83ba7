// expect: cannot be NULL, and what is assigned to it can be
#include "models.hpp"

void mistake(const dal::Database& db) {
    db(dal::all(songs)).update(songs.title = raw<std::optional<std::string>>("upper(title)"));
}
