// expect: a branch of a case starts with a condition
#include "models.hpp"

void mistake() { (void)dal::case_when(users.id, "many").end(); }
