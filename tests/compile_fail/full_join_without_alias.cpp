// expect: give it an alias
#include "models.hpp"

void mistake() { (void)select(users.id).from(users).full_join(users, users.id == 1); }
