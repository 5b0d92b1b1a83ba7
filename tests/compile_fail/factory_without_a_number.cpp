// expect: strata: a factory is given a function that makes a row of a number
#include "models.hpp"

#include <strata/testing/factory.hpp>

void mistake() {
    const testing::Factory<User> made([] { return User{}; });
}
