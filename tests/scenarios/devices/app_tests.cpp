// The application's tests, on the kind of database that TEST_DATABASE_URL names, else on SQLite in memory.
#include "helpers.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/testing/rolled_back.hpp>
#include <strata/testing/scratch_database.hpp>

#include <iostream>
#include <stdexcept>

using namespace strata;

namespace {

#define REQUIRE(CONDITION) \
    if (!(CONDITION)) throw std::runtime_error("app_tests.cpp:" + std::to_string(__LINE__) + ": " #CONDITION)

/// A database of a test's own: upgraded to head, given to the test, taken back to base.
class Migrated {
public:
    explicit Migrated(const std::string& url) : scratch_(url, [](const Engine& engine) { migrate::upgrade(engine); }) {}
    Migrated(const Migrated&) = delete;
    Migrated& operator=(const Migrated&) = delete;
    ~Migrated() { migrate::downgrade(scratch_.engine(), "base"); }
    [[nodiscard]] const dal::Database& database() const { return scratch_.database(); }
    [[nodiscard]] const Engine& engine() const { return scratch_.engine(); }

private:
    testing::ScratchDatabase scratch_;
};

void a_user_is_created_and_read(const dal::Database& db) {
    REQUIRE(devices::get_all_users(db).empty());
    const auto ada = devices::create_user(db, "ada", "ada@example.org");
    REQUIRE(devices::get_user_by_id(db, ada.id)->email == "ada@example.org");
}

void a_user_is_changed_and_removed(const dal::Database& db) {
    REQUIRE(devices::get_all_users(db).empty());
    const auto ada = devices::create_user(db, "ada", "ada@example.org");
    REQUIRE(devices::update_email(db, ada.id, "countess@example.org") == 1);
    REQUIRE(devices::delete_user(db, ada.id) == 1);
}

void a_user_is_not_created_twice(const dal::Database& db) {
    devices::create_user(db, "ada", "ada@example.org");
    try {
        devices::create_user(db, "ada", "other@example.org");
    } catch (const UniqueViolation&) {
        REQUIRE(devices::get_all_users(db).size() == 1);
        return;
    }
    throw std::runtime_error("a user is created twice");
}

using Test = void (*)(const dal::Database&);
constexpr Test tests[] = {a_user_is_created_and_read, a_user_is_changed_and_removed, a_user_is_not_created_twice};

}  // namespace

// Without an argument each test has a database of its own; with "shared" they share that of DATABASE_URL, each in a
// transaction that is rolled back.
int main(int argc, char** /*argv*/) try {
    const auto url = testing::url_from_environment();
    for (const Test test : tests) {
        if (argc > 1) {
            const testing::RolledBack fixture(dal::connect(Engine::from_environment()));
            test(fixture.database());
            std::cout << "rolled back on " << fixture.database().dialect().name() << '\n';
            continue;
        }
        const Migrated fixture(url);
        REQUIRE(migrate::current(fixture.engine()).size() == 1);
        test(fixture.database());
        std::cout << "passed on " << fixture.database().dialect().name() << '\n';
    }
    return 0;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
