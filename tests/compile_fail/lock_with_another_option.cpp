// expect: take dal::of(...), dal::nowait or dal::skip_locked
#include "models.hpp"

void mistake() { (void)select(users.id).from(users).for_update("nowait"); }
