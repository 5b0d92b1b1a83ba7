// expect: raw_text_has_a_comment
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<bool>("id = 1 -- and so on")).all(); }
