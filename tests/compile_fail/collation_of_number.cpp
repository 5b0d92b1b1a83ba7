// expect: only text has a collation
#include "models.hpp"

void mistake() { (void)dal::binary(songs.id); }
