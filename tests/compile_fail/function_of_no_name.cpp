// expect: function_name_is_not_an_identifier
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(dal::function<bool>("is good", songs.id)).all(); }
