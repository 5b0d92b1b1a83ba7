// expect: cannot convert
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).order_by(songs.id).after(User{}); }
