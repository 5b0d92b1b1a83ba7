#include "dialect.hpp"

#include <strata/core/engine.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>
#include <strata/core/internal/child_process.hpp>

#include <cerrno>
#include <cstring>
#include <string>

namespace strata::core::postgresql {
void back_up(const Url& url, const std::filesystem::path& file) {
    Url without_password = url;
    without_password.password.clear();
    for (const auto& [name, value] : url.options)
        if (name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
            name == "scram_client_key")
            throw UsageError("pg_dump can be given no " + name + " in secret; make the backup yourself");
    internal::ChildOptions options;
    if (!url.password.empty()) options.environment.emplace_back("PGPASSWORD", url.password);
    const auto dump = internal::run_child({"pg_dump", "--format=custom", "--no-password", "--file=" + file.string(),
                                           "--dbname=" + conninfo_of(without_password, EngineOptions{})},
                                          options);
    if (!dump.started && dump.failure != ENOENT)
        throw Error("pg_dump cannot be started: " + std::string(std::strerror(dump.failure)));
    if (!dump.started)
        throw UsageError("pg_dump is not installed here, which a backup needs (Debian: postgresql-client)");
    if (dump.status != 0) throw Error("the backup " + file.string() + " cannot be written; " + dump.last_error_line());
}

}  // namespace strata::core::postgresql
