#pragma once

#include <cstddef>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace strata::core {

/// Counts the statements that the current thread runs while the watch exists, on every connection, by their text, and
/// notes from where: for a test, or a request in development, that shall not run a statement for each row.
///
///     const dal::StatementWatch watch;
///     list_songs(db);
///     watch.require_at_most(2);
///
/// BEGIN, COMMIT and savepoints are not counted, a bulk insert, a pipeline's run of one statement and a script are one
/// statement each. Watches may be nested: each counts what runs while it exists. Used by the thread that made it, which
/// also destroys it, the latest first. Without a watch a statement costs one comparison more.
class StatementWatch {
public:
    /// One place that a statement was run from.
    struct Place {
        /// The innermost function outside of Strata and the standard library, with the line of the call:
        /// `app::list_songs(...) (/src/app/songs.cpp:31)`. In a program without debug information it has the address in
        /// its file, which addr2line takes; empty in a program without symbols.
        std::string function;
        std::string tag;  ///< of `db.with({.tag = ...})`
        std::size_t count = 0;
    };
    /// A statement, whose text has no values: its literals are masked as in the query log.
    struct Repeated {
        std::string sql;
        std::size_t count = 0;
        std::vector<Place> places;  ///< the most frequent first
    };

    explicit StatementWatch(std::source_location made = std::source_location::current());
    StatementWatch(const StatementWatch&) = delete;
    StatementWatch& operator=(const StatementWatch&) = delete;
    ~StatementWatch();

    /// How many statements ran.
    [[nodiscard]] std::size_t count() const noexcept;
    /// The statements that ran at least so often, the most frequent first.
    [[nodiscard]] std::vector<Repeated> repeated(std::size_t least = 2) const;

    /// Throws UsageError, which says what ran how often and from where, when more statements ran than that.
    void require_at_most(std::size_t statements) const;
    /// The same when one statement ran more often than that.
    void require_no_repeats(std::size_t times = 1) const;
    /// Writes a warning to the log for each statement that ran at least so often: for a server in development.
    void log_repeated(std::size_t least = 10) const;

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace strata::core
