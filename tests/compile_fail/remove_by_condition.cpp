// expect: remove() takes a row: rows by a condition are db(orders.id == 5).remove()
#include "models.hpp"

void mistake(const dal::Database& db) { db.remove(songs.id == 5); }
