// expect: raw_text_has_unbalanced_brackets
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<bool>("id = ?) OR (1 = 1", 3)).all(); }
