#include "ask.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "history/history_state.hpp"
#include "json_output.hpp"
#include "log_level.hpp"
#include "progress.hpp"
#include "run/runner.hpp"
#include "run/version_place.hpp"
#include "run/versions.hpp"
#include "run_record.hpp"
#include "text.hpp"
#include "waiting.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/backup.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>
#include <strata/schema/schema.hpp>

#include <chrono>
#include <iostream>

namespace strata::migrate {

namespace {

void need_online(const std::string& target) {
    if (target.find(':') != std::string::npos)
        throw UsageError("a range such as " + target + " is for --sql only; name one revision");
}

std::string names(const RevisionIds& ids) { return ids.empty() ? "base" : printable(join(ids)); }

/// What an upgrade or a downgrade has done.
struct Done {
    const char* what;
    RevisionIds ids;
    bool dry_run;
    bool no_revisions;
};

void report(const core::Engine& database, const schema::VersionTables& tables, const Done& done, bool as_json) {
    if (as_json)
        print_json(object_of_run(database, done.ids, migrate::current(database, tables), done.dry_run));
    else if (done.no_revisions)
        std::cout << "There is no revision yet; write one with 'migrate'.\n";
    else if (done.ids.empty())
        std::cout << "Nothing to " << done.what << "; the database is at " << names(migrate::current(database, tables))
                  << ".\n";
    else if (done.dry_run)
        std::cout << "All of it ran and was rolled back; the database is at "
                  << names(migrate::current(database, tables)) << ".\n";
}

/// Where the lines of a run go: a result as JSON has standard output for itself.
std::ostream& lines_of_run(bool as_json) { return as_json ? std::cerr : std::cout; }

}  // namespace

core::Engine Commands::engine() const {
    core::Engine engine(find_url(options_, file_), core::EngineOptions::from_environment());
    if (options_.wait > 0 && !engine.dialect().is_missing(engine.url())) wait_until_it_answers(engine, deadline());
    return engine;
}

const core::Dialect& Commands::dialect() const { return core::dialect_for(find_url(options_, file_).scheme); }

std::chrono::steady_clock::time_point Commands::deadline() const {
    return started_ + std::chrono::seconds(options_.wait);
}

int Commands::upgrade(const UpgradeOptions& options) const {
    if (options.sql) {
        std::cout << upgrade_script(dialect(), options.target, config_.revisions, tables_);
        return exit_done;
    }
    need_online(options.target);
    const auto database = engine();
    ProgressPrinter progress(lines_of_run(options.json));
    auto run = progress.options(options.destructive(), options.dry_run);
    run.accept_edited = options.accept_edited;
    run.tables = tables_;
    if (!options.backup.empty())
        run.before = [&](core::Connection&, const RevisionIds&, const Revisions& path) {
            if (path.empty() || database.dialect().is_missing(database.url())) return;
            core::detail::back_up(database.url(), options.backup);
            progress.line("The database as it was is in " + options.backup);
        };
    auto ids = migrate::upgrade(database, options.target, config_.revisions, run);
    report(database, tables_, {"upgrade", std::move(ids), options.dry_run, config_.revisions.empty()}, options.json);
    return exit_done;
}

int Commands::downgrade(const DowngradeOptions& options) const {
    if (options.sql) {
        std::cout << downgrade_script(dialect(), options.target, config_.revisions, tables_);
        return exit_done;
    }
    need_online(options.target);
    const auto database = engine();
    ProgressPrinter progress(lines_of_run(options.json));
    auto run = progress.options(options.destructive(), options.dry_run);
    run.tables = tables_;
    auto ids = migrate::downgrade(database, options.target, config_.revisions, run);
    report(database, tables_, {"downgrade", std::move(ids), options.dry_run, config_.revisions.empty()}, options.json);
    return exit_done;
}

int Commands::stamp(const std::vector<std::string>& targets, bool purge, bool sql) const {
    if (sql) {
        std::cout << stamp_script(dialect(), targets, config_.revisions, tables_);
        return exit_done;
    }
    const auto database = engine();
    for (const auto& target : targets) need_online(target);
    const auto before = migrate::current(database, tables_);
    migrate::stamp(database, targets, config_.revisions, purge, tables_);
    std::cout << "Running stamp_revision " << printable(join(before)) << " -> "
              << printable(join(migrate::current(database, tables_))) << "\n";
    return exit_done;
}

int Commands::ensure_version(bool sql) const {
    if (sql)
        std::cout << ensure_version_script(dialect(), tables_);
    else
        std::cout << (migrate::ensure_version(engine(), tables_) ? "created " : "there is already ")
                  << version_table_text(tables_) << "\n";
    return exit_done;
}

int Commands::baseline(const std::string& target) const {
    const auto history = graph();
    const auto database = engine();
    if (!migrate::current(database, tables_).empty()) {
        throw MigrationError("the database is at " + join(migrate::current(database, tables_)) +
                             " already; baseline takes in one without a version");
    }
    if (database.dialect().is_missing(database.url())) {
        throw MigrationError("there is no database " + database.url().to_string() + " to take in");
    }
    if (history.empty() && target == "head") return write_baseline(database);
    const auto ids = history.resolve(target, {});
    if (ids.empty()) throw MigrationError("there is no revision to take the database in at; write one with 'migrate'");
    const auto wanted = replay(history, ids);
    Comparison comparison;
    {
        auto connection = connect_for_migration(database);
        comparison = compare(*connection, wanted, wanted, {});
    }
    print_left_alone(comparison);
    if (!comparison.operations.empty()) {
        std::cout << "The database is not what revision " << join(ids) << " leaves; to be so it would need:\n";
        for (const auto& line : differences(comparison)) std::cout << "  " << line << "\n";
        return exit_differences;
    }
    migrate::stamp(database, ids, config_.revisions, false, tables_);
    std::cout << "The database is taken in at " << join(ids) << ".\n";
    return exit_done;
}

/// Where the database is what the models say, writes the first revision, the models against nothing, and stamps the
/// database at it.
int Commands::write_baseline(const core::Engine& database) const {
    const auto wanted = models();
    Comparison comparison;
    {
        auto connection = connect_for_migration(database);
        comparison = compare(*connection, wanted, wanted, {});
    }
    print_left_alone(comparison);
    if (!comparison.operations.empty()) {
        std::cout << "The database is not what the models say; to be so it would need:\n";
        for (const auto& line : differences(comparison)) std::cout << "  " << line << "\n";
        return exit_differences;
    }
    const auto& ddl = schema::ddl_compiler(database.dialect());
    const Comparison first{compare_metadata({}, wanted, ddl, *schema::token_comparer()), {}, {}};
    if (first.operations.empty()) throw MigrationError("the models say nothing, so there is nothing to take in");
    const auto written = write_file("baseline", find_place(graph(), {}), first);
    print_written(written);
    const auto& id = written.id;
    // The program does not know the revision yet.
    const Revision revision(id, "", {}, "baseline", {}, {});
    migrate::stamp(database, id, Revisions{&revision}, false, tables_);
    std::cout << "The database is taken in at " << id << ".\n";
    return exit_done;
}

/// Lists the tables and columns that revisions have kept aside, and drops them. A later downgrade of such a revision
/// cannot give their rows back.
int Commands::purge_dropped(bool yes) const {
    const auto history = graph_here();
    const auto database = engine();
    if (database.dialect().is_missing(database.url())) {
        std::cout << "Nothing is kept.\n";
        return exit_done;
    }
    auto connection = connect_for_migration(database);
    std::optional<core::MigrationLock> lock;
    wait_for_lock(lock, *connection, [](const std::string& line) { std::cout << line << std::endl; });
    const auto ids = VersionTable(*connection, tables_).read(*connection).ids;
    history.check_known(ids);
    ReplayedHistory replayed(history, &database.dialect());
    const auto& made = replayed.at(ids).metadata();
    auto live = schema::reflect(*connection);
    std::vector<Operation> drops;
    // Only what replay proves to be kept by a revision: another's table may have such a name too.
    for (const auto& table : live.tables) {
        const auto* known = made.find(table.name);
        if (known == nullptr) continue;
        const auto count = [&](const std::string& where) {
            return connection->scalar("SELECT count(*) FROM " + connection->dialect().quoted(table.name) + where)
                .value_or("0");
        };
        if (is_kept_name(table.name.name)) {
            std::cout << "Kept: table " << table.name << " (" << count("") << " rows)\n";
            drops.emplace_back(DropTable{table.name});
            continue;
        }
        for (const auto& column : table.columns) {
            if (!is_kept_name(column.name) || known->find_column(column.name) == nullptr) continue;
            std::cout << "Kept: column " << table.name << "." << column.name << " ("
                      << count(" WHERE " + connection->dialect().quoted(column.name) + " IS NOT NULL") << " values)\n";
            drops.emplace_back(DropColumn{table.name, column.name});
        }
    }
    if (drops.empty()) {
        std::cout << "Nothing is kept.\n";
        return exit_done;
    }
    if (!yes) {
        if (!is_interactive()) {
            std::cout << "Nothing was dropped; say --yes to drop them.\n";
            return exit_done;
        }
        if (!confirmed("Drop them with every row and value?")) throw UsageError("nothing was dropped");
    }
    for (auto& table : live.tables) schema::name_constraints(table);
    run_operations(*connection, drops, live);
    for (const auto& operation : drops) std::cout << "Purged: " << describe(operation) << "\n";
    return exit_done;
}

int Commands::create_all() const {
    const LogLevel level(core::log::Level::error);  // the command prints the same itself
    const auto result = schema::create_all(models(), engine(), tables_);
    if (!result.declined.empty()) throw MigrationError(result.declined);
    for (const auto& table : result.tables) std::cout << "Created table " << table << "\n";
    for (const auto& note : result.notes) std::cout << "Note: " << note << "\n";
    if (result.tables.empty()) std::cout << "All tables are there already.\n";
    return exit_done;
}

int Commands::drop_all(bool yes) const {
    const auto database = engine();
    if (!yes) {
        if (!is_interactive())
            throw UsageError("drop-all loses every row; say --yes when there is no terminal to ask on");
        if (!confirmed("Drop all tables of " + database.url().to_string() + " with every row?"))
            throw UsageError("nothing was dropped");
    }
    const auto result = schema::drop_all(models(), database, tables_);
    for (const auto& table : result.tables) std::cout << "Dropped table " << table << "\n";
    if (result.tables.empty()) std::cout << "There was no table to drop.\n";
    return exit_done;
}

namespace {

/// With what may be upgraded instead of the database of --url, or as a plan says.
struct UpgradeCommand {
    UpgradeOptions one;
    std::string plan;  // a file
    ManyTargets many;
};

struct StampOptions {
    std::vector<std::string> targets{};
    bool purge = false;
    bool sql = false;
    bool adopted = false;
    std::string tool_table{};
};

struct EnsureVersionOptions {
    bool sql = false;
};

struct BaselineOptions {
    std::string target = "head";
};

/// Of a command that drops something after asking.
struct DropOptions {
    bool yes = false;
};

struct NoOptions {};

void add_yes(CLI::App& app, bool& yes) { app.add_flag("-y,--yes", yes, "Do not ask"); }

void declare_upgrade(CommandLine& line) {
    auto [app, command] = line.add<UpgradeCommand>(
        "upgrade", "Bring the database to a revision", "upgrade head", [](const Commands& c, const UpgradeCommand& o) {
            if (!o.plan.empty()) return c.upgrade_by_plan(o.plan, o.one);
            return o.many.any() ? c.upgrade_many(o.many, o.one) : c.upgrade(o.one);
        });
    UpgradeOptions& options = command.one;
    app.add_option("revision", options.target,
                   "head (the default), heads, an id or the beginning of one, BRANCH@head, +N; with --sql also FROM:TO")
        ->check(CommandLine::revision());
    auto* sql = app.add_flag("--sql", options.sql, "Print the SQL and run nothing");
    auto* dry_run = app.add_flag("--dry-run", options.dry_run, "Run everything and roll it back")->excludes(sql);
    app.add_option("--plan", command.plan, "Run what 'plan --out FILE' has written, if it is still the plan")
        ->check(CommandLine::given("the file's name"))
        ->excludes(sql)
        ->excludes(dry_run)
        ->excludes("revision");
    app.add_flag("--allow-destructive", options.allow_destructive, "Let revisions lose rows and values");
    auto* backup = app.add_option("--backup", options.backup, "Write the database into a new file before anything runs")
                       ->check(CommandLine::given("the file's name"))
                       ->excludes(sql)
                       ->excludes(dry_run)
                       ->excludes("--plan");
    auto* urls = app.add_option("--urls", command.many.urls, "Upgrade each database of a file with a URL in each line")
                     ->check(CommandLine::given("the file's name"))
                     ->excludes(sql)
                     ->excludes(backup)
                     ->excludes("--plan");
    app.add_option("--each-schema", command.many.schemas,
                   "Upgrade each schema of the database whose name fits, with % and _ as in LIKE")
        ->check(CommandLine::given("the pattern"))
        ->excludes(sql)
        ->excludes(backup)
        ->excludes(urls)
        ->excludes("--plan");
    app.add_option("--jobs", command.many.jobs, "How many of them at once (4)")->check(CLI::PositiveNumber);
    CommandLine::json(app, options.json, "Print what has run as JSON (docs/running.md)");
    app.get_option("--json")->excludes(sql);
    app.add_flag("--accept-edited", options.accept_edited,
                 "Go on although revisions were edited after they had run here, and take them as they are now");
}

void declare_downgrade(CommandLine& line) {
    auto [app, options] =
        line.add<DowngradeOptions>("downgrade", "Take revisions back", "downgrade -1",
                                   [](const Commands& c, const DowngradeOptions& o) { return c.downgrade(o); });
    app.add_option("revision", options.target,
                   "-1 (the default), -N, BRANCH@-N, an id or the beginning of one, base; with --sql FROM:TO")
        ->check(CommandLine::revision());
    auto* sql = app.add_flag("--sql", options.sql, "Print the SQL and run nothing");
    app.add_flag("--dry-run", options.dry_run, "Run everything and roll it back")->excludes(sql);
    app.add_flag("--allow-destructive", options.allow_destructive,
                 "Let revisions lose more than what their own upgrade has made");
    CommandLine::json(app, options.json, "Print what was taken back as JSON (docs/running.md)");
    app.get_option("--json")->excludes(sql);
}

}  // namespace

void declare_running(CommandLine& line) {
    declare_upgrade(line);
    declare_downgrade(line);

    auto [stamp, stamping] =
        line.add<StampOptions>("stamp", "Write down where the database is, running nothing", "stamp head",
                               [](const Commands& c, const StampOptions& o) {
                                   if (o.adopted) return c.stamp_adopted(o.tool_table);
                                   if (o.targets.empty())
                                       throw UsageError("stamp needs a revision, or --adopted; see --help");
                                   if (!o.tool_table.empty())
                                       throw UsageError("--tool-table goes with --adopted; see --help");
                                   return c.stamp(o.targets, o.purge, o.sql);
                               });
    auto* targets =
        stamp
            .add_option(
                "revisions", stamping.targets,
                "head, heads, an id or the beginning of one, BRANCH@head, base; one for each branch; with --sql also "
                "FROM:TO")
            ->check(CommandLine::revision());
    auto* purge_rows = stamp.add_flag("--purge", stamping.purge, "Forget what is written there, also what no file has");
    auto* sql = stamp.add_flag("--sql", stamping.sql, "Print the SQL and run nothing")->excludes(purge_rows);
    stamp
        .add_flag("--adopted", stamping.adopted,
                  "Where the tool says, whose history was adopted: by its own table in the database")
        ->excludes(targets)
        ->excludes(purge_rows)
        ->excludes(sql);
    stamp
        .add_option("--tool-table", stamping.tool_table, "That table, where it has another name than the tool gives it")
        ->check(CommandLine::given("the table's name"));

    auto [ensure, ensuring] = line.add<EnsureVersionOptions>(
        "ensure-version", "Make the version table, empty, where it is not there", "ensure-version --sql",
        [](const Commands& c, const EnsureVersionOptions& o) { return c.ensure_version(o.sql); });
    ensure.add_flag("--sql", ensuring.sql, "Print the SQL and run nothing");

    auto [baseline, taking_in] = line.add<BaselineOptions>(
        "baseline", "Take in a database that has its tables already, once it is what a revision leaves", "baseline",
        [](const Commands& c, const BaselineOptions& o) { return c.baseline(o.target); });
    baseline.add_option("revision", taking_in.target, "head (the default), an id or the beginning of one")
        ->check(CommandLine::revision());

    auto [purge, purging] = line.add<DropOptions>(
        "purge-dropped", "List what revisions have kept instead of dropping it, and drop it", "purge-dropped --yes",
        [](const Commands& c, const DropOptions& o) { return c.purge_dropped(o.yes); });
    add_yes(purge, purging.yes);

    line.add<NoOptions>("create-all", "Create the models' missing tables, for development and tests", "create-all",
                        [](const Commands& c, const NoOptions&) { return c.create_all(); });

    auto [drop, dropping] =
        line.add<DropOptions>("drop-all", "Drop the models' tables with every row", "drop-all --yes",
                              [](const Commands& c, const DropOptions& o) { return c.drop_all(o.yes); });
    add_yes(drop, dropping.yes);
}

}  // namespace strata::migrate
