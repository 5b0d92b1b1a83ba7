// expect: json() takes a column or an expression of Json
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::json(songs.title).at("a").exists()).all(); }
