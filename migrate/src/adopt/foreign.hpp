#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What is read of another tool's history before it becomes revisions. Plain values.
namespace strata::migrate::adopt {

/// A version of another tool's history. Versions are named as that tool records them in the database.
struct ForeignVersion {
    std::string name{};
    std::vector<std::string> parents{};
    std::vector<std::string> labels{};
    std::vector<std::string> depends_on{};
    std::string message{};
    std::optional<std::chrono::sys_seconds> created{};  ///< where the version says it
    std::string upgrade{};                              ///< SQL; may be empty
    std::optional<std::string> downgrade{};             ///< std::nullopt: it cannot be taken back
};

struct ForeignHistory {
    std::string_view tool;                   ///< of tools.hpp
    std::vector<ForeignVersion> versions{};  ///< each after those that it stands on
    std::vector<std::string> notes{};        ///< what somebody must know of what was left out or changed
};

}  // namespace strata::migrate::adopt
