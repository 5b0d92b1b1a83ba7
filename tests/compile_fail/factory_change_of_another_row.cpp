// expect: strata: a factory's row is changed by a call with it
#include "models.hpp"

#include <strata/testing/factory.hpp>

void mistake(const dal::Database& db, const testing::Factory<Song>& song) {
    (void)song.make(db, [](User&) {});
}
