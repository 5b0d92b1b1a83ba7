// expect: names a column of another table
#include "models.hpp"

void mistake() { const dal::SortKeys<Song> keys{{"email", users.email}}; }
