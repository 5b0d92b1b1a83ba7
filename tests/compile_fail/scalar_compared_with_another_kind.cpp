// expect: these two cannot be compared
#include "models.hpp"

void mistake() { (void)(songs.user_id == dal::scalar(select(users.email).from(users))); }
