// expect: strata: a factory makes rows of a model, and no STRATA_MODEL describes this type
#include "models.hpp"

#include <strata/testing/factory.hpp>

struct Plain {};
void mistake() {
    const testing::Factory<Plain> made([](std::int64_t) { return Plain{}; });
}
