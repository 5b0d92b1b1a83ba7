// expect: a frame ends a number of rows
#include "models.hpp"

void mistake() { (void)dal::window_order(songs.id).rows(dal::preceding("3"), dal::current_row); }
