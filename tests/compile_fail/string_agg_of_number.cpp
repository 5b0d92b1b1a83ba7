// expect: string_agg() takes text: cast what is not
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::string_agg(songs.id, ",")).from(songs)); }
