#pragma once

#include <strata/core/engine.hpp>
#include <strata/core/internal/scratch_place.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::migrate {

/// An empty database that is dropped at the end, to try revisions on.
class ScratchDatabase {
public:
    /// It is made beside the database of the URL. Throws UsageError where the role may make none.
    explicit ScratchDatabase(const core::Url& server);
    ScratchDatabase(const ScratchDatabase&) = delete;
    ScratchDatabase& operator=(const ScratchDatabase&) = delete;
    ~ScratchDatabase() { engine_.close(); }

    [[nodiscard]] const core::Engine& engine() const noexcept { return engine_; }

private:
    const core::detail::ScratchPlacePtr place_;
    const core::Engine engine_;
};

/// What the revisions make, read from a scratch database on which they have run. Throws MigrationError that says that
/// it was there.
[[nodiscard]] schema::MetaData state_on_scratch(const core::Url& server, const RevisionGraph& graph,
                                                const RevisionIds& at);

}  // namespace strata::migrate
