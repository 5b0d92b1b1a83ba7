// expect: a key is of one table
#include "models.hpp"

void mistake() { (void)on_conflict(users.email, songs.id); }
