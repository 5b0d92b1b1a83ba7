// expect: stands in the query already: give it an alias
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(songs.title).from(songs).join(songs, songs.id > 1)); }
