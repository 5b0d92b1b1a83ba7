#include "adopt.hpp"

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
                                                      std::string(), Deadline());
    } else {
        throw UsageError("the SOCI session to adopt is neither SQLite's nor PostgreSQL's");
    }
    if (driver->in_transaction()) throw UsageError("the SOCI session to adopt is in a transaction; end it first");
    return driver;
}

}  // namespace strata::core::detail
