// expect: all branches of a case must be of one kind
#include "models.hpp"

void mistake() { (void)dal::case_when(users.id > 1, Status::done).otherwise("queued"); }
