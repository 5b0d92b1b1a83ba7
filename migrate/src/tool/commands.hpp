#pragma once

#include "fills.hpp"
#include "placement.hpp"
#include "plan/rehearsal.hpp"
#include "settings.hpp"

#include <strata/core/engine.hpp>
#include <strata/migrate/branches.hpp>
#include <strata/migrate/difference.hpp>
#include <strata/migrate/graph.hpp>
#include <strata/migrate/history.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/tool.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json/fwd.hpp>

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// The commands of the tool. Each prints to standard output, returns the exit code, and throws Error when it fails.
namespace strata::migrate {

class CommandLine;

// Each group of commands declares itself and its options, in the file of its name.
void declare_writing(CommandLine& line);
void declare_branches(CommandLine& line);
void declare_squashing(CommandLine& line);
void declare_running(CommandLine& line);
void declare_planning(CommandLine& line);
void declare_showing(CommandLine& line);
void declare_logging(CommandLine& line);
void declare_testing(CommandLine& line);
void declare_status(CommandLine& line);
void declare_adopting(CommandLine& line);

inline constexpr int exit_done = 0;
inline constexpr int exit_differences = 1;
inline constexpr int exit_failed = 2;
inline constexpr int exit_unreachable = 3;  ///< the database does not answer, or lets nobody in

/// For which databases a command is, instead of the one of --url.
struct ManyTargets {
    std::string urls;     ///< a file with a URL in each line
    std::string schemas;  ///< a pattern for the names of schemas in the database of --url
    int jobs = 4;         ///< how many at once
    [[nodiscard]] bool any() const { return !urls.empty() || !schemas.empty(); }
};

/// Of a run in either direction.
struct RunningOptions {
    std::string target;
    bool sql = false;
    bool dry_run = false;
    bool allow_destructive = false;
    bool json = false;
    [[nodiscard]] Destructive destructive() const {
        return allow_destructive ? Destructive::allowed : Destructive::where_allowed;
    }
};

struct UpgradeOptions : RunningOptions {
    UpgradeOptions() : RunningOptions{"head"} {}
    bool accept_edited = false;
    std::string backup{};  ///< a file, into which the database is written before anything runs
};

struct DowngradeOptions : RunningOptions {
    DowngradeOptions() : RunningOptions{"-1"} {}
};

struct CurrentOptions {
    bool verbose = false;
    bool check_heads = false;
    bool json = false;
};

struct HistoryOptions {
    std::string range{};
    bool verbose = false;
    bool indicate_current = false;
    bool graph = false;
    bool json = false;
};

struct HeadsOptions {
    bool write = false;  ///< the file that names them
    bool verbose = false;
    bool resolve_dependencies = false;
    bool json = false;
};

struct BranchesOptions {
    bool verbose = false;
    bool json = false;
};

struct ShowOptions {
    std::vector<std::string> revisions{};
    bool json = false;
};

/// Whose history is taken over, and what its reader needs.
struct AdoptOptions {
    std::string tool{};
    std::string path{};
    std::string ini{};      ///< of Alembic
    std::string program{};  ///< that runs Alembic
    std::string tool_table{};
    std::vector<std::string> placeholders{};  ///< of Flyway: `name=value`
};

class Commands {
public:
    Commands(const ToolConfig& config, const GlobalOptions& options);

    // commands_write.cpp: comparing with the models, and writing revision files
    int init() const;
    /// With `json` it asks nothing, and writes nothing where somebody has to decide first.
    int migrate(const std::string& message, const Placement& placement, Decisions decisions, bool offline,
                bool json) const;
    int check(bool offline, bool json) const;
    /// Tells what somebody has changed in the database since the revisions made it.
    int drift(bool json) const;

    // commands_revision.cpp: writing revision files by hand
    int revision(const std::string& message, const Placement& placement, bool json) const;
    int merge(const std::string& message, const RevisionIds& revisions, const Placement& placement, bool json) const;

    // commands_branches.cpp: two branches of the history
    /// Tells whether mine and theirs, a branch of git or a revision, can run in either order.
    int check_branch(const std::string& theirs, bool json) const;
    /// Puts mine behind theirs; an empty name is the one that git merges.
    int rebase(const std::string& theirs, const std::string& head, bool offline, bool json) const;

    // commands_squash.cpp
    /// Writes one revision that does the work of a line of them, and lets what follows the line follow it.
    int squash(const std::string& range, const std::string& message, const std::string& id, bool json) const;

    // commands_run.cpp: changing the database
    int upgrade(const UpgradeOptions& options) const;
    int downgrade(const DowngradeOptions& options) const;
    int purge_dropped(bool yes) const;
    int stamp(const std::vector<std::string>& targets, bool purge, bool sql) const;
    int ensure_version(bool sql) const;
    int baseline(const std::string& target) const;
    int create_all() const;
    int drop_all(bool yes) const;

    // commands_plan.cpp
    /// Prints what an upgrade would run; writes it to the file too, if one is named.
    int plan(const std::string& target, const std::string& out, bool json) const;
    /// Upgrades as the plan in the file says, or refuses where that is not the plan any more.
    int upgrade_by_plan(const std::string& file, const UpgradeOptions& options) const;

    // commands_status.cpp
    /// Where the database is and what it lacks, for a role that may only read: 0 at head, 1 with revisions to run.
    int status(bool json) const;
    /// Shows what holds and where it comes from, passwords masked.
    int config(bool json) const;
    /// Looks at all that migrations need: 0 when nothing is wrong, 1 for a problem.
    int doctor(bool json) const;

    // commands_many.cpp
    /// Upgrades each of them, several at once, and prints a line for each; one that fails stops no other.
    int upgrade_many(const ManyTargets& many, const UpgradeOptions& options) const;

    // commands_test.cpp
    /// Runs the history on a scratch database up, down and up again, and compares after each revision.
    int test(bool json) const;

    // commands_adopt.cpp
    /// Writes the history of another tool as revisions of SQL.
    int adopt(const AdoptOptions& options) const;
    /// Records where the tool from which the history was adopted says that the database is.
    int stamp_adopted(const std::string& tool_table) const;

    // commands_log.cpp
    /// Shows what has run on the database, the newest first; at most so many entries, 0: all.
    int log(int most, bool json) const;

    // commands_show.cpp: printing the state
    int current(const CurrentOptions& options) const;
    int history(const HistoryOptions& options) const;
    int heads(const HeadsOptions& options) const;
    int branches(const BranchesOptions& options) const;
    int show(const ShowOptions& options) const;

private:
    /// The result of comparing the models with the database, and the shape of the database that was compared.
    struct Comparison {
        std::vector<Operation> operations;
        schema::MetaData
            before;  ///< what is ours: the replayed things where equal to the live ones, else the live ones
        schema::UnmanagedList left_alone;
        schema::UnmanagedList notes{};          ///< what the role may not see or use
        std::vector<RenameCandidate> likely{};  ///< that nobody has decided on
        Difference difference{};
        std::vector<std::string> fills{};  ///< as Decisions has them
    };
    struct WrittenRevision {
        std::string id;
        std::filesystem::path path;
        std::vector<std::string> notes;  ///< what a reviewer must know
    };
    [[nodiscard]] RevisionGraph graph() const { return RevisionGraph(config_.revisions); }
    /// The history as it is for the database: see RevisionGraph.
    [[nodiscard]] RevisionGraph graph_here() const;
    [[nodiscard]] schema::MetaData models() const;
    /// The revisions that the database is at. Throws MigrationError for one without a file.
    [[nodiscard]] RevisionIds where_it_is(const RevisionGraph& graph) const;
    /// Waits until the database answers, for as long as --wait says.
    [[nodiscard]] core::Engine engine() const;
    /// That of the URL, for a script: no database is asked.
    [[nodiscard]] const core::Dialect& dialect() const;
    /// Until when --wait lets a command wait for databases, however many.
    [[nodiscard]] std::chrono::steady_clock::time_point deadline() const;
    /// With `first`, a project without revisions is compared with an empty database.
    [[nodiscard]] Comparison compare(const RevisionGraph& graph, const schema::MetaData& wanted, bool first,
                                     const Decisions& decisions = {}) const;
    /// Compares with a live database, of which the history has made so much.
    [[nodiscard]] Comparison compare(core::Connection& connection, const schema::MetaData& wanted,
                                     schema::MetaData history, const Decisions& decisions) const;
    /// Compares with what replay says of the revisions, without a database.
    [[nodiscard]] Comparison compare_offline(const RevisionGraph& graph, const schema::MetaData& wanted,
                                             const Decisions& decisions = {}) const;
    /// How SQL of revisions is followed on a scratch database, where --scratch names a server; else empty.
    [[nodiscard]] Rehearsal::FollowSql follow_on_scratch(const RevisionGraph& graph) const;
    [[nodiscard]] Comparison compared(schema::MetaData before, const schema::MetaData& wanted,
                                      const Decisions& decisions, const schema::DdlCompiler& ddl,
                                      schema::ExpressionComparer& comparer) const;
    /// How each applied revision came to be so, where the database records it and the role may read that.
    [[nodiscard]] std::map<std::string, HistoryEntry> runs() const;
    /// What is mine, by one head where one is named, and what a branch of git, or a revision, has.
    [[nodiscard]] Branches branches_with(const RevisionGraph& graph, const std::string& theirs,
                                         const std::string& head) const;
    [[nodiscard]] FollowHistory follow_history() const;
    /// Throws MigrationError where the database has revisions that are to move.
    void need_not_applied(const Branches& branches) const;
    /// What of the database's revisions is not as they are now, a line each.
    struct Changed {
        std::vector<std::string> edited{};  ///< since they ran there
        std::vector<std::string>
            passed_over{};  ///< that have not run there, since another one was put behind them later
        [[nodiscard]] bool empty() const { return edited.empty() && passed_over.empty(); }
    };
    [[nodiscard]] Changed changed(const RevisionGraph& graph) const;
    [[nodiscard]] boost::json::object reported(const Comparison& comparison) const;
    [[nodiscard]] int migrate_as_json(const std::string& message, const RevisionPlace& place, Comparison comparison,
                                      const Decisions& decisions, const std::vector<ColumnToFill>& to_fill) const;
    [[nodiscard]] int write_baseline(const core::Engine& database) const;
    int write(const std::string& message, const RevisionPlace& place, const Comparison& comparison, bool json) const;
    static void print_written(const WrittenRevision& written);
    static void add_written(boost::json::object& report, const WrittenRevision& written);
    WrittenRevision write_file(const std::string& message, const RevisionPlace& place,
                               const Comparison& comparison) const;
    /// Writes the revision's file and names the new head in the file of heads, or does neither.
    std::filesystem::path write_into_history(const RevisionText& text) const;
    /// A line for each operation.
    [[nodiscard]] std::vector<std::string> differences(const Comparison& comparison) const;
    static void print_left_alone(const Comparison& comparison);
    static void print_likely_renames(const Comparison& comparison);

    const ToolConfig& config_;
    GlobalOptions options_;
    ProjectFile file_;
    schema::VersionTables tables_;
    std::filesystem::path directory_;
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace strata::migrate
