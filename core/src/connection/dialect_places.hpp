#pragma once

#include <strata/core/internal/scratch_place.hpp>
#include <strata/core/url.hpp>

#include <filesystem>

namespace strata::core::detail {

/// What a dialect does with whole databases; each of Strata's dialects implements it, in its own folder.
class DialectPlaces {
public:
    DialectPlaces() = default;
    DialectPlaces(const DialectPlaces&) = delete;
    DialectPlaces& operator=(const DialectPlaces&) = delete;
    virtual ~DialectPlaces() = default;

    /// Writes the database into the file, which is there and empty; see detail::back_up().
    virtual void back_up(const Url& url, const std::filesystem::path& file) const = 0;
    /// See detail::make_scratch_place() and detail::make_scratch_database().
    [[nodiscard]] virtual ScratchPlacePtr make_scratch_place(const Url& url) const = 0;
    [[nodiscard]] virtual ScratchPlacePtr make_scratch_database(const Url& url) const = 0;
};

/// Those of the URL's dialect. Throws UsageError for a dialect that has none.
[[nodiscard]] const DialectPlaces& places_of(const Url& url);

}  // namespace strata::core::detail
