#pragma once

#include <string>
#include <string_view>

namespace strata::migrate::detail {

/// A target as the user writes it, in its parts: `billing@head-2` keeps to the branch `billing`, starts at `head` and
/// goes 2 down. Borrows the text.
struct RevisionName {
    std::string_view text;
    std::string_view branch;  ///< empty: any branch
    std::string_view symbol;  ///< empty: relative to where the database is
    int steps = 0;            ///< up, or down where negative; 0: not relative

    /// Throws MigrationError for a text that cannot be a target.
    [[nodiscard]] static RevisionName parse(std::string_view target);
    /// Whether it counts from where the database is.
    [[nodiscard]] bool from_current() const { return symbol.empty() && steps != 0; }
};

/// Throws MigrationError: the history has fewer revisions than the name goes up or down.
[[noreturn]] void fail_for_too_few(const RevisionName& name, int found);

}  // namespace strata::migrate::detail
