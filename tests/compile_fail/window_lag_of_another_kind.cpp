// expect: take another value of the same kind
#include "models.hpp"

void mistake() { (void)dal::lag(songs.title, 1, 5).over(dal::window_order(songs.id)); }
