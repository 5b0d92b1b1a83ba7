#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/scratch_place.hpp>
#include <strata/core/log.hpp>

#include <unistd.h>

#include <random>

namespace strata::core::detail {
namespace {

using Make = ScratchPlacePtr (*)(const Url& url);

Make chosen(const Url& url, Make on_sqlite, Make on_postgresql) {
    const auto& dialect = dialect_for(url.scheme);
    if (&dialect == &dialect_for("sqlite")) return on_sqlite;
    if (&dialect == &dialect_for("postgresql")) return on_postgresql;
    throw UsageError("no scratch database can be made on " + url.scheme);
}

}  // namespace

std::string scratch_name() {
    static constexpr char digits[] = "0123456789abcdef";
    std::random_device random;
    std::string name = "strata_scratch_" + std::to_string(::getpid()) + "_";
    for (int i = 0; i < 16; ++i) name += digits[random() % 16];
    return name;
}

void end_quietly(const std::string& what, const std::function<void()>& call) noexcept {
    try {
        call();
    } catch (const std::exception& error) {
        log::write(log::Level::warning, what + " was not dropped: " + error.what());
    }
}

ScratchPlacePtr make_scratch_place(const Url& url) {
    return chosen(url, &sqlite::make_scratch_place, &postgresql::make_scratch_place)(url);
}

ScratchPlacePtr make_scratch_database(const Url& url) {
    return chosen(url, &sqlite::make_scratch_database, &postgresql::make_scratch_database)(url);
}

}  // namespace strata::core::detail
