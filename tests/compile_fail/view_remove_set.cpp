// expect: this is a view, whose rows are only read
#include "models.hpp"

void mistake(const dal::Database& db) { db(song_list.id == 1).remove(); }
