#include "commands.hpp"
#include "json_output.hpp"
#include "operations/compiler.hpp"
#include "paint.hpp"
#include "text.hpp"
#include "waiting.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace strata::migrate {
namespace {

namespace json = boost::json;

/// One of the databases or schemas that a command is for.
struct Target {
    std::string name;  ///< safe to print
    core::Url url;
    std::string schema{};  ///< where its tables are; empty: the connection's current one
};

struct Outcome {
    RevisionIds ran;
    std::string error;  ///< empty: it is where it should be
    double seconds = 0;
};

std::vector<Target> targets_in_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw UsageError("cannot read " + path);
    std::vector<Target> list;
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        const auto text = trimmed(line);
        if (text.empty() || text.starts_with('#')) continue;
        try {
            const auto url = core::Url::parse(text);
            list.push_back({url.to_string(), url});
        } catch (const UsageError& error) {
            throw UsageError(path + ", line " + std::to_string(number) + ": " + error.what());
        }
    }
    if (list.empty()) throw UsageError(path + " names no database; it holds a URL in each line");
    return list;
}

/// Whether the name fits the pattern, as the database says.
bool is_like(core::Connection& connection, const std::string& name, const std::string& pattern) {
    const auto& dialect = connection.dialect();
    std::string sql = "SELECT CASE WHEN ";
    dialect.literal(sql, core::Value::text(name));
    sql += " LIKE ";
    dialect.literal(sql, core::Value::text(pattern));
    return connection.scalar(sql + " THEN 1 ELSE 0 END") == "1";
}

std::vector<Target> targets_of_schemas(const core::Engine& engine, const std::string& pattern) {
    const auto& compiler = detail::dialect_compiler(engine.dialect());
    std::vector<Target> list;
    const auto last = pattern.find_last_not_of('\\');
    const auto backslashes = pattern.size() - (last == std::string::npos ? 0 : last + 1);
    if (backslashes % 2 == 1)
        throw UsageError("the pattern '" + pattern +
                         "' ends with a backslash, which takes the character after it as it is");
    auto connection = engine.connect();
    for (const auto& name : schema::schema_names(*connection))
        if (!name.starts_with("pg_") && name != "information_schema" && is_like(*connection, name, pattern))
            list.push_back({name, compiler.in_schema(engine.url(), name), name});
    if (list.empty()) throw UsageError("no schema of the database has a name like '" + pattern + "'");
    return list;
}

/// Waits for the database until the deadline, where there is one.
Outcome upgraded(const Target& where, const std::string& target, const Revisions& revisions, RunOptions options,
                 const std::optional<std::chrono::steady_clock::time_point>& deadline) {
    // A pooler may keep what the session was to begin with from the server.
    if (!where.schema.empty())
        options.before = [&](core::Connection& connection, const RevisionIds&, const Revisions&) {
            if (const auto current = schema::current_schema(connection); current != where.schema)
                throw UsageError("the session is in the schema " + current +
                                 ", which a pooler or the role may have set; nothing was run");
        };
    const auto begun = std::chrono::steady_clock::now();
    Outcome outcome;
    try {
        core::EngineOptions engine_options = core::EngineOptions::from_environment();
        engine_options.pool_size = 1;
        const core::Engine engine(where.url, engine_options);
        if (deadline && !engine.dialect().is_missing(where.url)) wait_until_it_answers(engine, *deadline);
        outcome.ran = migrate::upgrade(engine, target, revisions, options);
    } catch (...) {
        outcome.error = current_exception_text();
    }
    outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    return outcome;
}

std::string line_of(const Target& target, const Outcome& outcome, bool dry_run) {
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), ", %.3f s", outcome.seconds);
    if (!outcome.error.empty())
        return printable(target.name) + ": " + Paint::err().red("FAILED:") + " " + one_line(outcome.error);
    const auto ran = outcome.ran.size();
    return printable(target.name) + ": " +
           (ran == 0 ? "nothing to upgrade" : std::to_string(ran) + (ran == 1 ? " revision" : " revisions")) +
           (dry_run && ran > 0 ? " ran and were rolled back" : "") + seconds.data();
}

}  // namespace

int Commands::upgrade_many(const ManyTargets& many, const UpgradeOptions& options) const {
    static_cast<void>(graph());  // a fault of the history is told once
    if (many.urls.empty() && !tables_.schema.empty())
        throw UsageError("--each-schema keeps a version table in each schema; leave version_schema out");
    RunOptions run{{}, options.destructive(), options.dry_run};
    run.accept_edited = options.accept_edited;
    run.tables = tables_;
    const auto targets = many.urls.empty() ? targets_of_schemas(engine(), many.schemas) : targets_in_file(many.urls);
    const auto until = options_.wait > 0 ? std::optional(deadline()) : std::nullopt;
    std::vector<Outcome> outcomes(targets.size());
    std::atomic<std::size_t> next = 0;
    std::mutex printing;
    const auto work = [&] {
        for (std::size_t i = next++; i < targets.size(); i = next++) {
            outcomes[i] = upgraded(targets[i], options.target, config_.revisions, run, until);
            if (options.json) continue;
            const std::lock_guard lock(printing);
            (outcomes[i].error.empty() ? std::cout : std::cerr)
                << line_of(targets[i], outcomes[i], options.dry_run) << std::endl;
        }
    };
    {
        std::vector<std::jthread> threads;
        const auto jobs = std::min(static_cast<std::size_t>(many.jobs), targets.size());
        for (std::size_t i = 0; i < jobs; ++i) threads.emplace_back(work);
    }
    const auto failed = std::ranges::count_if(outcomes, [](const auto& each) { return !each.error.empty(); });
    if (options.json) {
        json::array list;
        for (std::size_t i = 0; i < targets.size(); ++i) {
            list.push_back(json::object{
                {"target", targets[i].name},
                {"revisions", array_of(outcomes[i].ran)},
                {"seconds", outcomes[i].seconds},
                {"error", outcomes[i].error.empty() ? json::value(nullptr) : json::value(outcomes[i].error)}});
        }
        print_json({{"failed", failed}, {"targets", std::move(list)}});
    } else {
        std::cout << targets.size() - static_cast<std::size_t>(failed) << " of " << targets.size() << " done";
        std::cout << (failed == 0 ? ".\n" : "; run the command again for the rest when they are mended.\n");
    }
    return failed == 0 ? exit_done : exit_failed;
}

}  // namespace strata::migrate
