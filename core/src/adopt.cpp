#include "detail/adopt.hpp"

#include "postgresql/driver.hpp"
#include "postgresql/session.hpp"
#include "sqlite/driver.hpp"
#include "sqlite/session.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>

namespace strata::core::detail {

std::unique_ptr<Driver> adopt_session(std::unique_ptr<soci::session> session) {
    if (!session || session->get_backend() == nullptr) throw UsageError("the SOCI session to adopt is not connected");
    std::unique_ptr<Driver> driver;
    if (auto* sqlite_handle = sqlite::native_handle(*session)) {
        driver = std::make_unique<sqlite::Driver>(std::move(session), sqlite_handle, EngineOptions{}.busy_timeout);
    } else if (auto* postgresql_handle = postgresql::native_handle(*session)) {
        driver = std::make_unique<postgresql::Driver>(std::move(session), postgresql_handle, EngineOptions{}.pooler,
                                                      std::string());
    } else {
        throw UsageError("the SOCI session to adopt is neither SQLite's nor PostgreSQL's");
    }
    if (driver->in_transaction()) throw UsageError("the SOCI session to adopt is in a transaction; end it first");
    return driver;
}

namespace {

template <class E>
void rethrow_as(const Error& error, const std::string& message, const ErrorDetails& details) {
    if (dynamic_cast<const E*>(&error) != nullptr) throw E(message, details);
}

}  // namespace

void rethrow_with(const Error& error, const std::string& message, const ErrorDetails& details) {
    rethrow_as<UniqueViolation>(error, message, details);
    rethrow_as<ForeignKeyViolation>(error, message, details);
    rethrow_as<NotNullViolation>(error, message, details);
    rethrow_as<CheckViolation>(error, message, details);
    rethrow_as<SerializationFailure>(error, message, details);
    rethrow_as<CommitInDoubt>(error, message, details);
    rethrow_as<NoSuchTable>(error, message, details);
    rethrow_as<NoSuchColumn>(error, message, details);
    rethrow_as<Cancelled>(error, message, details);
    rethrow_as<NotFound>(error, message, details);
    rethrow_as<ConnectionError>(error, message, details);
    rethrow_as<Timeout>(error, message, details);
    rethrow_as<UsageError>(error, message, details);
    rethrow_as<ValueError>(error, message, details);
    rethrow_as<MigrationError>(error, message, details);
    throw Error(message, details);
}

}  // namespace strata::core::detail
