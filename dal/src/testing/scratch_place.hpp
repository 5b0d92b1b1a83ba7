#pragma once

#include <strata/core/url.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace strata::testing {

/// Something that exists until it is destroyed: a database, a schema, a folder. Destroying it does not throw.
class ScratchPlace {
public:
    ScratchPlace() = default;
    ScratchPlace(const ScratchPlace&) = delete;
    ScratchPlace& operator=(const ScratchPlace&) = delete;
    virtual ~ScratchPlace() = default;

    /// What tests connect to.
    [[nodiscard]] virtual core::Url url() const = 0;
    /// Whether copy() makes a place that holds what this one does.
    [[nodiscard]] virtual bool can_be_copied() const noexcept { return false; }
    /// Makes the place ready to be copied; nobody uses it any more.
    virtual void freeze() {}
    [[nodiscard]] virtual std::unique_ptr<ScratchPlace> copy() const { return nullptr; }
};
using ScratchPlacePtr = std::unique_ptr<ScratchPlace>;

/// An empty place on the URL's database.
[[nodiscard]] ScratchPlacePtr make_scratch_place(const core::Url& url);
namespace sqlite {
[[nodiscard]] ScratchPlacePtr make_scratch_place(const core::Url& url);
}
namespace postgresql {
[[nodiscard]] ScratchPlacePtr make_scratch_place(const core::Url& url);
}

/// A name that no other place has, on this machine or another.
[[nodiscard]] std::string scratch_name();
/// Calls what ends a place; what it throws is a warning in the log.
void end_quietly(const std::string& what, const std::function<void()>& call) noexcept;

}  // namespace strata::testing
