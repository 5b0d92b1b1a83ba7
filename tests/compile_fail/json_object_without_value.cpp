// expect: json_object() takes a text and a value in turn
#include "models.hpp"

void mistake(const dal::Database& db) { (void)dal::json_object("a", songs.id, "b"); }
