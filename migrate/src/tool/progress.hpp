#pragma once

#include <strata/migrate/row_progress.hpp>
#include <strata/migrate/upgrade.hpp>

#include <iosfwd>
#include <string>

namespace strata::migrate {

/// Prints how far a run is: a line for each revision on standard output, or another stream where something else is the
/// result, and on standard error how long it took; for rows that are written a line on standard error, on a terminal
/// one that changes in place, else one each ten seconds.
class ProgressPrinter {
public:
    explicit ProgressPrinter(std::ostream& lines);
    ProgressPrinter();
    ProgressPrinter(const ProgressPrinter&) = delete;
    ProgressPrinter& operator=(const ProgressPrinter&) = delete;
    ~ProgressPrinter() { clear(); }

    void line(const std::string& text);
    /// Run options that report here; the printer must outlive the run.
    [[nodiscard]] RunOptions options(Destructive destructive = Destructive::where_allowed, bool dry_run = false);

private:
    void rows(const RowProgress& progress);
    void clear();

    std::ostream& lines_;
    bool terminal_;
    bool shown_ = false;  // a line that changes in place
};

}  // namespace strata::migrate
