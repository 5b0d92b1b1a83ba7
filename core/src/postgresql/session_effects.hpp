#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace strata::core::postgresql {

class Channel;
class Driver;

/// What a statement leaves in the server's session, judged by its own words.
enum class Leftover : unsigned char {
    none,
    undone_by_reset,  ///< a setting, a role, a temporary object
    lasting,          ///< a lock, a prepared statement, a library: what no RESET undoes, or what only this session has
};

struct SessionEffect {
    Leftover leftover = Leftover::none;
    std::string_view name{};    ///< what does it: `SET`, `pg_advisory_lock`
    std::string_view advice{};  ///< what to use instead
};

/// The first effect that matters most.
[[nodiscard]] SessionEffect session_effect_of(std::string_view sql);

/// The first table of the catalogue that a statement writes to, as pg_class or pg_settings, judged by its words: a name
/// in pg_catalog or information_schema, or one without a schema that begins with pg_. Empty: none.
[[nodiscard]] std::string written_catalogue_table(std::string_view sql);

/// Whether a statement leaves something that only the end of the session undoes, so that a pool must close it.
[[nodiscard]] bool is_unrestorable(std::string_view statement);

/// Throws UsageError for a text with a backslash that sets standard_conforming_strings to another value than `on`:
/// what comes after it would be read in another way than we read it.
void check_script_strings(std::span<const std::string_view> statements);

/// Which tables, views and functions of the database run code that a statement does not show, and that may change the
/// session: triggers, rules, policies, views, functions of users. Each name is asked for once; what is added to the
/// database later is noticed by connections that are opened later.
class HiddenEffects {
public:
    /// Throws the server's error.
    [[nodiscard]] bool of(std::string_view sql, Driver& driver);

private:
    void ask(std::span<const std::string_view> names, Driver& driver);

    std::map<std::string, bool, std::less<>> active_;
};

}  // namespace strata::core::postgresql
