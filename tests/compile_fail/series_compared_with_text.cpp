// expect: these two cannot be compared
#include "models.hpp"

void mistake() {
    const auto numbers = dal::series<"n">(1, 3);
    (void)select(songs.id).from(songs).join(numbers, songs.title == numbers.column<0>());
}
