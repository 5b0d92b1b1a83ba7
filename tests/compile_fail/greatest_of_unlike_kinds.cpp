// expect: greatest() and least() take arguments of one kind
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db.all(select(dal::greatest(songs.id, songs.title)).from(songs)); }
