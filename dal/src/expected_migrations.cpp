#include <strata/dal/verify.hpp>

namespace strata::dal {

// Alone in this file: a program that was given migrations defines the function itself, and the linker then leaves this
// one out.
const ExpectedMigrations& expected_migrations() {
    static const ExpectedMigrations none;
    return none;
}

}  // namespace strata::dal
