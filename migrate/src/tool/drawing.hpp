#pragma once

#include <strata/migrate/graph.hpp>

#include <functional>
#include <string>

namespace strata::migrate {

/// Draws the revisions, the newest first, with a column for each branch, in plain ASCII:
///
///     *  m3 (head) (mergepoint), join
///     |\        (a merge forks downwards)
///     |  *  c2, the other branch
///     *  |  b2, one branch
///     |/
///     *  a1, begin
///
/// A dependency is no line of its own; the text of a revision names it. `text` gives what follows the star.
[[nodiscard]] std::string drawn(const Revisions& oldest_first, const std::function<std::string(const Revision&)>& text);

}  // namespace strata::migrate
