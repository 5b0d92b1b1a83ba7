// expect: raw_text_needs_one_value_for_each_question_mark
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<bool>("title = ?")).all(); }
