// expect: unnest() takes numbers, texts, enums
#include "models.hpp"

void mistake() { (void)dal::unnest<"parts">(std::vector<Bytes>()); }
