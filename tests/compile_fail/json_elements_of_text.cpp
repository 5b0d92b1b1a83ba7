// expect: this takes a column or an expression of Json, or a Json value
#include "models.hpp"

void mistake() { (void)dal::json_elements<"parts">(songs.title); }
