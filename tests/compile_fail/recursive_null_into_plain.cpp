// expect: the further rows can be NULL where the first ones cannot
#include "models.hpp"

void mistake() {
    (void)dal::recursive<"all">(select(users.id).from(users), [](const auto& rows) {
        return select(songs.user_id).from(songs).join(rows, songs.user_id == rows.template column<0>());
    });
}
