// expect: cannot be compared: text with text, numbers with numbers
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs.price > 9.99).all(); }
