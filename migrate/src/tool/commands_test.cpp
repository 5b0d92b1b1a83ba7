#include "commands.hpp"

#include "command_line.hpp"
#include "json_output.hpp"
#include "progress.hpp"
#include "run/scratch_database.hpp"
#include "state_check.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace strata::migrate {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

/// What was wrong after a step.
struct Fault {
    std::string revision;
    const char* direction;
    std::string what;
};

/// Runs a history on an empty database, there and back, and compares after each revision.
class Trial {
public:
    Trial(const core::Engine& engine, const RevisionGraph& graph, fs::path fixtures, Progress progress)
        : engine_(engine), graph_(graph), fixtures_(std::move(fixtures)), progress_(std::move(progress)) {}

    void run() {
        up();
        const auto target = lowest();
        down(target);
        if (target == "base") with_fixtures_ = true;  // the rows went with their tables
        up();
    }
    [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
    /// The revisions of which the trial did not go below, since they have no downgrade.
    [[nodiscard]] const RevisionIds& irreversible() const { return irreversible_; }

private:
    void up() {
        auto options = this->options("upgrade");
        upgrade(engine_, "heads", graph_.sorted(), options);
    }
    void down(const std::string& target) {
        with_fixtures_ = false;
        auto options = this->options("downgrade");
        downgrade(engine_, target, graph_.sorted(), options);
    }

    RunOptions options(const char* direction) {
        RunOptions options{progress_, Destructive::allowed};
        options.done = [this, direction](const std::string& id, std::chrono::duration<double>) {
            check(id, direction);
            if (with_fixtures_) add_rows(id);
        };
        return options;
    }

    void check(const std::string& id, const char* direction) {
        const auto ids = current(engine_);
        auto connection = engine_.connect();
        const auto state = compare_with_history(*connection, graph_, ids, {});
        for (const auto& change : state.changes) faults_.push_back({id, direction, change});
        for (const auto& other : state.others)
            faults_.push_back({id, direction, other + " is there, which no revision has made"});
    }

    /// `migrations/fixtures/REV.sqlite.sql` are rows that the revisions after REV find.
    void add_rows(const std::string& id) {
        const auto file = fixtures_ / (id + "." + std::string(engine_.dialect().name()) + ".sql");
        if (!fs::exists(file)) return;
        std::ifstream stream(file, std::ios::binary);
        const std::string sql{std::istreambuf_iterator<char>(stream), {}};
        try {
            engine_.connect()->script(sql);
        } catch (const Error& error) {
            throw MigrationError(file.string() + ": " + one_line(error.what()));
        }
    }

    /// How far down it goes: to the first revision of all, or to the latest that has no downgrade.
    std::string lowest() {
        std::string target = "base";
        for (const Revision* revision : graph_.sorted()) {
            if (revision->downgrade) continue;
            irreversible_ = {revision->id};
            target = revision->id;
        }
        return target;
    }

    const core::Engine& engine_;
    const RevisionGraph& graph_;
    const fs::path fixtures_;
    const Progress progress_;
    std::vector<Fault> faults_;
    RevisionIds irreversible_;
    bool with_fixtures_ = true;
};

}  // namespace

int Commands::test(bool as_json) const {
    const auto history = graph();
    if (history.empty()) throw MigrationError("there is no revision to test; write one with 'migrate'");
    const auto server = find_scratch(options_, file_);
    const ScratchDatabase scratch(server ? *server : engine().url());
    ProgressPrinter progress;
    Trial trial(scratch.engine(), history, directory_ / "fixtures", [&](const std::string& line) {
        if (!as_json) progress.line(line);
    });
    trial.run();
    const auto& faults = trial.faults();
    if (as_json) {
        json::array list;
        for (const auto& fault : faults)
            list.push_back(
                json::object{{"revision", fault.revision}, {"direction", fault.direction}, {"difference", fault.what}});
        print_json({{"status", faults.empty() ? "passed" : "failed"},
                    {"revisions", history.sorted().size()},
                    {"differences", std::move(list)},
                    {"irreversible", array_of(trial.irreversible())}});
        return faults.empty() ? exit_done : exit_differences;
    }
    for (const auto& id : trial.irreversible())
        std::cout << "Note: revision " << printable(id)
                  << " has no downgrade; the test went down to it and no further\n";
    for (const auto& fault : faults)
        std::cout << "After the " << fault.direction << " of " << printable(fault.revision)
                  << " the database is not what the revisions say: " << one_line(fault.what) << "\n";
    if (faults.empty())
        std::cout << history.sorted().size() << " revisions went up, down and up again, each as the history says.\n";
    return faults.empty() ? exit_done : exit_differences;
}

namespace {

struct TestOptions {
    bool json = false;
};

}  // namespace

void declare_testing(CommandLine& line) {
    auto [app, options] = line.add<TestOptions>(
        "test",
        "Run the revisions on a scratch database: up, down and up again, with the rows of fixtures/, and compare after "
        "each",
        "test", [](const Commands& c, const TestOptions& o) { return c.test(o.json); });
    CommandLine::json(app, options.json, "Print what was found as JSON");
}

}  // namespace strata::migrate
