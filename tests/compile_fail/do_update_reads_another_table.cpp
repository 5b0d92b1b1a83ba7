// expect: an assignment of do_update() reads the table, and dal::excluded() of it
#include "models.hpp"

void mistake() { (void)on_conflict(users.email).do_update(users.phone = songs.title); }
