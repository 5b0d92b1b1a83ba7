#pragma once

#include <strata/migrate/graph.hpp>

#include <algorithm>
#include <string>

namespace strata::migrate {

[[nodiscard]] inline bool has(const Revisions& list, const std::string& id) {
    return std::ranges::any_of(list, [&](const Revision* each) { return each->id == id; });
}

[[nodiscard]] inline RevisionIds ids_of(const Revisions& list) {
    RevisionIds ids;
    for (const Revision* each : list) ids.push_back(each->id);
    return ids;
}

}  // namespace strata::migrate
