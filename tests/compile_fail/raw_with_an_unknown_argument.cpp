// expect: an argument is a column, an expression or a value
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<bool>("title = ?", db)).all(); }
