// expect: this is a view, whose rows are only read
#include "models.hpp"

void mistake(const dal::Database& db) { db.truncate(song_list); }
