// expect: the elements of these two rows cannot be compared
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(dal::row(songs.id, songs.title) == dal::row(1, 2)).all(); }
