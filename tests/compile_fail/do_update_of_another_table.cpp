// expect: do_update() takes columns of the table and assignments to them
#include "models.hpp"

void mistake() { (void)on_conflict(users.email).do_update(songs.title); }
