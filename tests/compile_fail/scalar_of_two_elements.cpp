// expect: scalar() takes a query that selects one expression
#include "models.hpp"

void mistake() { (void)dal::scalar(select(users.id, users.email).from(users)); }
