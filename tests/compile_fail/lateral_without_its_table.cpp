// expect: names a column of a table that is not in the query before it
#include "models.hpp"

void mistake() {
    const auto mine =
        dal::lateral<"mine">(select(songs.title).from(songs).correlate(users).where(songs.user_id == users.id));
    constexpr auto other = dal::alias<"other">(users);
    (void)select(other.email).from(other).left_join(mine);
}
