// expect: this is a view, whose rows are only read
#include "models.hpp"

#include <strata/dal/callbacks.hpp>

void mistake(const dal::Database& db) { (void)db.with_callbacks(dal::Callbacks<SongList>{}); }
