// expect: strata: make() leaves out a column that cannot be NULL and has no default
// shows: created_at
#include "row_structs.hpp"

void mistake(const dal::Database& db) { db.insert(dal::make<Song>(NewSong{})); }
