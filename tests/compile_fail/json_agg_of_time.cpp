// expect: json_agg() takes text, numbers, booleans, enums and Json
#include "models.hpp"

void mistake(const dal::Database&) { (void)dal::json_agg(songs.created_at); }
