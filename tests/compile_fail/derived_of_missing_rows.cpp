// expect: selects columns of a table that can be missing, not the table
#include "models.hpp"

void mistake() {
    (void)dal::derived<"all">(select(users, songs).from(users).left_join(songs, songs.user_id == users.id));
}
