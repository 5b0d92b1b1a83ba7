#include "ask.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "json_output.hpp"
#include "progress.hpp"
#include "run/runner.hpp"
#include "run_record.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade_plan.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace strata::migrate {

namespace {

constexpr std::string_view most_rows = "1000000";  // more are not counted, since that may take long

/// `songs has 12 rows`, or empty for a table that is not there yet.
std::string rows_in(core::Connection& connection, const schema::QualifiedName& table) {
    try {
        const auto count =
            connection.scalar("SELECT count(*) FROM (SELECT 1 FROM " + connection.dialect().quoted(table) + " LIMIT " +
                              std::string(most_rows) + " + 1) AS counted");
        const auto number = count.value_or("0");
        if (number.size() >= most_rows.size() && number != most_rows)
            return table.text() + " has more than " + std::string(most_rows) + " rows";
        return table.text() + " has " + number + (number == "1" ? " row" : " rows");
    } catch (const Error&) {  // an earlier revision of the plan makes it, or the role may not read it
        return {};
    }
}

std::string words_of(const Statement& statement) {
    if (statement.kind == StatementKind::callback)
        return "-- the revision's own code runs here" + (statement.sql.empty() ? "" : ": " + statement.sql);
    if (statement.kind == StatementKind::assertion)
        return statement.sql + "  -- must be 0: " + counted(statement.refusal, "some");
    std::string locks;
    for (const auto& lock : statement.locks)
        locks += (locks.empty() ? "  -- locks " : ", ") + lock.table.text() + " (" + lock.level + ")";
    return statement.sql + ";" + locks;
}

void print_phases(const std::vector<Phase>& phases) {
    for (std::size_t i = 0; i < phases.size(); ++i) {
        std::cout << "  Phase " << i + 1 << (phases[i].transactional ? ", in one transaction:\n" : ", on its own:\n");
        for (const auto& statement : phases[i].statements)
            std::cout << "    " << printable(one_line(words_of(statement))) << "\n";
    }
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw UsageError("cannot read " + path);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct PlanOptions {
    std::string target = "head";
    std::string out;
    bool json = false;
};

}  // namespace

void declare_planning(CommandLine& line) {
    auto [plan, options] = line.add<PlanOptions>(
        "plan", "Show what an upgrade would run: statements, locks, and rows in the tables", "plan --out plan.json",
        [](const Commands& c, const PlanOptions& o) { return c.plan(o.target, o.out, o.json); });
    plan.add_option("revision", options.target, "head (the default), heads, an id or the beginning of one, +N")
        ->check(CommandLine::revision());
    plan.add_option("--out", options.out, "Write the plan to a file too, for 'upgrade --plan FILE'")
        ->check(CommandLine::given("the file's name"));
    CommandLine::json(plan, options.json, "Print it as JSON");
}

int Commands::plan(const std::string& target, const std::string& out, bool json) const {
    const auto database = engine();
    if (database.dialect().is_missing(database.url()))
        throw MigrationError("there is no database " + database.url().to_string() +
                             " to plan for; upgrade makes it, and 'upgrade --sql' prints what that runs");
    auto connection = connect_for_migration(database);
    const auto plan = plan_upgrade(*connection, target, config_.revisions, tables_);
    if (!out.empty()) {
        std::ofstream file(out, std::ios::binary);
        file << to_json(plan) << "\n";
        if (!file.flush()) throw UsageError("cannot write " + out);
    }
    if (json) {
        std::cout << to_json(plan) << "\n";
        return exit_done;
    }
    if (plan.revisions.empty()) std::cout << "Nothing to upgrade.\n";
    for (const auto& revision : plan.revisions) {
        std::cout << "Revision " << printable(revision.id) << ", " << printable(revision.message) << "\n";
        for (const auto& operation : revision.operations) std::cout << "  " << one_line(describe(operation)) << "\n";
        for (const auto& table : touched_tables(revision.operations))
            if (const auto words = rows_in(*connection, table); !words.empty()) std::cout << "  " << words << "\n";
        for (const auto& finding : revision.findings)
            std::cout << (finding.fault == RowFault::unknown ? "  Not known: " : "  In the way: ")
                      << one_line(finding.text()) << "\n";
        print_phases(revision.phases);
    }
    return exit_done;
}

int Commands::upgrade_by_plan(const std::string& file, const UpgradeOptions& options) const {
    const auto text = read_file(file);
    const auto target = target_of(text);
    const auto database = engine();
    ProgressPrinter progress(options.json ? std::cerr : std::cout);
    auto run = progress.options(options.destructive());
    run.accept_edited = options.accept_edited;
    run.tables = tables_;
    run.before = [&](core::Connection& connection, const RevisionIds&, const Revisions&) {
        check_same(text, plan_upgrade(connection, target, config_.revisions, tables_));
    };
    const auto ids = migrate::upgrade(database, target, config_.revisions, run);
    if (options.json)
        print_json(object_of_run(database, ids, migrate::current(database, tables_), false));
    else if (ids.empty())
        std::cout << "Nothing to upgrade.\n";
    return exit_done;
}

}  // namespace strata::migrate
