#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace strata::migrate::detail {

/// The text after `-- word` or `-- word:` in a line of a revision of SQL; std::nullopt when the line is not that
/// directive.
[[nodiscard]] std::optional<std::string> sql_directive(std::string_view line, std::string_view word);

}  // namespace strata::migrate::detail
