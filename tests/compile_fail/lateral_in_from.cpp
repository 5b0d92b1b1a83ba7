// expect: a lateral query is joined to the tables that it names
#include "models.hpp"

void mistake() { (void)select(users.id).from(dal::lateral<"all">(select(songs.id).from(songs))); }
