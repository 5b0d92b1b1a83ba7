// expect: set() takes an assignment to a column of this table
#include "models.hpp"

void mistake() { dal::Assignments<Song>().set(users.email = "x"); }
