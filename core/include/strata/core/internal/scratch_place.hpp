#pragma once

#include <strata/core/url.hpp>

#include <functional>
#include <memory>
#include <string>

namespace strata::core::detail {

/// Something that exists until it is destroyed: a database, a schema, a folder. Destroying it does not throw.
class ScratchPlace {
public:
    ScratchPlace() = default;
    ScratchPlace(const ScratchPlace&) = delete;
    ScratchPlace& operator=(const ScratchPlace&) = delete;
    virtual ~ScratchPlace() = default;

    /// What to connect to.
    [[nodiscard]] virtual Url url() const = 0;
    /// Whether copy() makes a place that holds what this one does.
    [[nodiscard]] virtual bool can_be_copied() const noexcept { return false; }
    /// Makes the place ready to be copied; nobody uses it any more.
    virtual void freeze() {}
    [[nodiscard]] virtual std::unique_ptr<ScratchPlace> copy() const { return nullptr; }
};
using ScratchPlacePtr = std::unique_ptr<ScratchPlace>;

/// An empty place of the URL's kind: for SQLite a file in a temporary folder, or a database in memory; for PostgreSQL a
/// database beside the one that the URL names or, where the role may create none, a schema in it. Their names begin
/// with "strata_scratch_" and the id of the process. Throws UsageError where the role may create neither.
[[nodiscard]] ScratchPlacePtr make_scratch_place(const Url& url);
/// The same, but never a schema: SQL of others may reach all that is in its database.
[[nodiscard]] ScratchPlacePtr make_scratch_database(const Url& url);

/// A name that no other place has, on this machine or another.
[[nodiscard]] std::string scratch_name();
/// Calls what ends a place; what it throws is a warning in the log.
void end_quietly(const std::string& what, const std::function<void()>& call) noexcept;

}  // namespace strata::core::detail

namespace strata::core::sqlite {
[[nodiscard]] detail::ScratchPlacePtr make_scratch_place(const Url& url);
[[nodiscard]] detail::ScratchPlacePtr make_scratch_database(const Url& url);
}  // namespace strata::core::sqlite
namespace strata::core::postgresql {
[[nodiscard]] detail::ScratchPlacePtr make_scratch_place(const Url& url);
[[nodiscard]] detail::ScratchPlacePtr make_scratch_database(const Url& url);
}  // namespace strata::core::postgresql
