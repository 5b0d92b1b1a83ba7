// expect: cast() turns text and numbers into each other
#include "models.hpp"

void mistake() { (void)dal::cast<Uuid>(users.email); }
