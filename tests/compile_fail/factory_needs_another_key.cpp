// expect: strata: this member does not hold the other model's key
#include "models.hpp"

#include <strata/testing/factory.hpp>

void mistake(testing::Factory<Song>& song, const testing::Factory<User>& user) {
    song.needs(&Song::title, user, &User::id);
}
