#pragma once

#include "history/replay_state.hpp"
#include "runner.hpp"

#include <strata/migrate/graph.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// What a revision may lose: rows, values, or parts of values.
namespace strata::migrate {

/// Whether each value of the one type is a value of the other, with nothing lost.
[[nodiscard]] bool widens(const schema::Type& from, const schema::Type& to);

/// What the operation loses, `drops column songs.genre and its values`; empty when it loses nothing. The state is that
/// before it.
[[nodiscard]] std::string loss_of(const Operation& operation, const schema::MetaData& before);

/// For each operation a comment for the revision, `destructive: drops table songs and its rows`, or an empty text.
[[nodiscard]] std::vector<std::string> destructive_notes(const std::vector<Operation>& operations,
                                                         const schema::MetaData& before);

/// Throws MigrationError, naming the revisions and what they lose, when the path loses what was in the database before
/// it, and a revision that does so does not allow it. A downgrade may lose what its own upgrade has made. `state` is
/// the one before the path, and becomes the one after it.
void check_losses(ReplayState& state, const Revisions& path, Direction direction);

}  // namespace strata::migrate
