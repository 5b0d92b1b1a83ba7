// expect: has no member named 'artist'
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.artist == "Bach").all(); }
