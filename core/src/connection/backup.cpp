#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>

#include <system_error>

namespace strata::core::detail {

void back_up(const Url& url, const std::filesystem::path& file) {
    if (std::filesystem::exists(file))
        throw UsageError(file.string() + " is there already; a backup is written into a new file");
    try {
        if (&dialect_for(url.scheme) == &dialect_for("sqlite"))
            sqlite::back_up(url, file);
        else
            postgresql::back_up(url, file);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        throw;
    }
}

}  // namespace strata::core::detail
