#include "dialect_places.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/scratch_place.hpp>
#include <strata/core/log.hpp>

#include <unistd.h>

#include <random>

namespace strata::core::detail {

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

const DialectPlaces& places_of(const Url& url) {
    const auto* const places = dynamic_cast<const DialectPlaces*>(&dialect_for(url.scheme));
    if (places == nullptr) throw UsageError("no database is backed up or made for a while on " + url.scheme);
    return *places;
}

ScratchPlacePtr make_scratch_place(const Url& url) { return places_of(url).make_scratch_place(url); }

ScratchPlacePtr make_scratch_database(const Url& url) { return places_of(url).make_scratch_database(url); }

}  // namespace strata::core::detail
