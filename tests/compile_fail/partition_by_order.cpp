// expect: partition_by() takes columns and expressions
#include "models.hpp"

void mistake() { (void)dal::partition_by(songs.id.desc()); }
