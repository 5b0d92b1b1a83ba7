// expect: take a row of the query itself
#include "models.hpp"

void mistake() { (void)select(users.id, users.email).from(users).order_by(users.id).after(User{}); }
