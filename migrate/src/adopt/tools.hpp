#pragma once

#include <string_view>

/// The names of the tools whose histories can be adopted, as the command line and the line `-- adopted:` spell them.
namespace strata::migrate::adopt {

inline constexpr std::string_view alembic_tool = "alembic";
inline constexpr std::string_view flyway_tool = "flyway";
inline constexpr std::string_view sql_tool = "sql";  ///< numbered SQL files, whatever runs them

[[nodiscard]] constexpr bool is_adopted_tool(std::string_view word) noexcept {
    return word == alembic_tool || word == flyway_tool || word == sql_tool;
}

}  // namespace strata::migrate::adopt
