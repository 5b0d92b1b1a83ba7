#include "driver.hpp"

#include <strata/core/error.hpp>

#include <random>
#include <thread>

namespace strata::core::postgresql {

namespace {

/// The advisory lock's key: "stra" in ASCII, then a hash of the schema's name.
constexpr const char* lock_key_query = "SELECT '1937011297, ' || hashtext(coalesce(current_schema(), ''))";

std::string try_lock_in_transaction(const std::string& key) { return "SELECT pg_try_advisory_xact_lock(" + key + ")"; }

}  // namespace

std::string Driver::migration_lock_key() {
    const ResultPtr key = channel_.run(lock_key_query, deadline());
    if (PQresultStatus(key.get()) != PGRES_TUPLES_OK) fail_last(key.get(), lock_key_query, false, false);
    return PQgetvalue(key.get(), 0, 0);
}

/// Polled: a waiter inside pg_advisory_lock() would hold a snapshot, for which CREATE INDEX CONCURRENTLY waits.
void Driver::wait_for_lock(std::chrono::milliseconds timeout, const std::string& sql) {
    const auto deadline_of_lock = detail::after(detail::Clock::now(), timeout);
    std::minstd_rand jitter(std::random_device{}());
    for (;;) {
        const ResultPtr result = channel_.run(sql.c_str(), deadline());
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) fail_last(result.get(), sql, false, false);
        if (*PQgetvalue(result.get(), 0, 0) == 't') return;
        if (std::chrono::steady_clock::now() >= deadline_of_lock) {
            ErrorDetails details;
            details.retryable = true;
            throw Timeout("another migration run or create_all holds the migration lock of this database",
                          std::move(details));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + jitter() % 60));
    }
}

void Driver::lock_migrations(std::chrono::milliseconds timeout) {
    const std::string key = migration_lock_key();  // kept, since what runs under the lock may change the current schema
    if (shared_) {
        wait_in_transaction(timeout, key);
    } else {
        wait_for_lock(timeout, "SELECT pg_try_advisory_lock(" + key + ")");
    }
    lock_key_ = key;
}

/// Through a pooler that shares sessions, each transaction that begins under the lock takes it, since a session's lock
/// would stay in the server after we leave the session. Here only the current holder is waited for.
void Driver::wait_in_transaction(std::chrono::milliseconds timeout, const std::string& key) {
    control("BEGIN");
    try {
        wait_for_lock(timeout, try_lock_in_transaction(key));
    } catch (...) {
        roll_back_quietly();
        throw;
    }
    control("ROLLBACK");
}

/// The first statement of a transaction that begins under the lock.
void Driver::lock_transaction() {
    constexpr std::chrono::minutes longest{10};
    try {
        wait_for_lock(longest, try_lock_in_transaction(lock_key_));
    } catch (...) {
        roll_back_quietly();
        throw;
    }
}

void Driver::unlock_migrations() noexcept {
    const std::string key = std::exchange(lock_key_, {});
    if (shared_ || key.empty() || broken()) return;
    try {
        control("SELECT pg_advisory_unlock(" + key + ")");
    } catch (...) {
        channel_.close();  // the lock ends with the session
    }
}

}  // namespace strata::core::postgresql
