#include "dialect_places.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace strata::core::detail {

void back_up(const Url& url, const std::filesystem::path& file) {
    // Ours alone: others must not read what the database keeps from them.
    const int made = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made == -1 && errno == EEXIST)
        throw UsageError(file.string() + " is there already; a backup is written into a new file");
    if (made == -1) throw UsageError("cannot write " + file.string() + ": " + std::strerror(errno));
    ::close(made);
    try {
        places_of(url).back_up(url, file);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        throw;
    }
}

}  // namespace strata::core::detail
