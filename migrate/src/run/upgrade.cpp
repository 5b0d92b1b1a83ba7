#include "adopt/recorded.hpp"
#include "adopt/tools.hpp"
#include "destructive.hpp"
#include "history/checksum.hpp"
#include "history_table.hpp"
#include "passed_over.hpp"
#include "recorded_state.hpp"
#include "runner.hpp"
#include "stamp_adopted.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/migration_lock.hpp>
#include <strata/migrate/upgrade.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strata::migrate {

namespace {

/// Used so that a wrong target does not create an empty database.
bool is_missing(const core::Engine& engine) { return engine.dialect().is_missing(engine.url()); }

RevisionIds read_versions(core::Connection& connection, const VersionTable& table) {
    RevisionIds ids;
    wait_for_writers([&] { ids = table.read(connection).ids; });
    return ids;
}

/// Removes a connection from the pool when a revision left it in a changed state.
class Discard {
public:
    Discard(const core::Engine& engine, const Runner& runner) : engine_(engine), runner_(runner) {}
    Discard(const Discard&) = delete;
    Discard& operator=(const Discard&) = delete;
    ~Discard() {
        if (runner_.spoilt()) engine_.dispose();
    }

private:
    const core::Engine& engine_;
    const Runner& runner_;
};

void in_transaction(core::Connection& connection, const std::function<void()>& call) {
    wait_for_writers([&] { connection.begin(core::immediate_transaction); });
    try {
        call();
        wait_for_writers([&] { connection.commit(); }, [&] { return connection.in_transaction(); });
    } catch (...) {
        connection.rollback();
        throw;
    }
}

/// The revisions of the database that were edited since. Throws where there are some, unless that is accepted.
std::vector<EditedRevision> check_edited(const RecordedState& state, const RevisionGraph& graph,
                                         const core::Dialect& dialect, const RunOptions& options) {
    auto edited = edited_revisions(state.applied, graph, state.at, dialect);
    if (!edited.empty() && !options.accept_edited)
        throw MigrationError(text_of(edited.front()) +
                             (edited.size() > 1 ? ", and " + std::to_string(edited.size() - 1) + " more" : "") +
                             "; put back what it was and write a new revision, or accept it as it is with "
                             "--accept-edited");
    return edited;
}

/// The revisions that another one was put behind after it had run here. They are never run in between: an upgrade is
/// refused, and a downgrade that goes as far back as they do passes over them.
Revisions check_passed_over(const RecordedState& state, const RevisionGraph& graph, const Revisions& path,
                            Direction direction) {
    auto list = passed_over(state.applied, graph, state.at);
    const bool all_taken_back = direction == Direction::down && std::ranges::all_of(list, [&](const Revision* each) {
                                    return std::ranges::find(path, each) != path.end();
                                });
    if (list.empty() || path.empty() || all_taken_back) return list;
    const auto before = place_before(graph, list);
    throw MigrationError(text_of_passed_over(graph, list, state.at) + "; take the database back with 'downgrade " +
                         before + "' and upgrade again, or say with 'stamp --purge " + join(state.at, " ") +
                         "' that it has all of it");
}

/// Records of a revision that was squashed out of revisions that have run here that the database has it, so that this
/// is known when it does not name them any more.
void record_squashed(core::Connection& connection, const HistoryTable& log, const RevisionGraph& graph,
                     const RecordedState& state) {
    Revisions unrecorded;
    for (const Revision* revision : graph.ancestors(state.at))
        if (!revision->replaces.empty() && !state.applied.empty() && !state.applied.contains(revision->id))
            unrecorded.push_back(revision);
    if (unrecorded.empty()) return;
    in_transaction(connection, [&] {
        for (const Revision* revision : unrecorded)
            log.add(connection, {.revision = revision->id,
                                 .action = HistoryEntry::Action::stamp,
                                 .checksum = checksum_if_known(*revision, connection.dialect()),
                                 .started = TimestampTz::now()});
    });
}

/// Records that the revisions are taken as they are now.
void accept(core::Connection& connection, const HistoryTable& log, const std::vector<EditedRevision>& edited) {
    if (edited.empty()) return;
    in_transaction(connection, [&] {
        for (const auto& each : edited)
            log.add(connection, {.revision = each.revision->id,
                                 .action = HistoryEntry::Action::accept,
                                 .checksum = checksum_of(*each.revision, connection.dialect()),
                                 .started = TimestampTz::now()});
    });
}

/// Refuses a database that the tool from which the history was adopted has migrated, and of which nothing is recorded
/// here yet: its tables are there already.
void refuse_unrecorded(core::Connection& connection, const VersionTable& table, const HistoryTable& log,
                       const RevisionGraph& graph) {
    std::string tool;
    wait_for_writers([&] {
        if (table.read(connection).ids.empty() && log.applied(connection).empty())
            tool = adopt::migrated_by(connection, graph);
    });
    if (!tool.empty())
        throw MigrationError("the database was migrated by " + (tool == adopt::sql_tool ? "another tool" : tool) +
                             ", from which this history was adopted; record where it is with 'stamp --adopted' first");
}

RevisionIds migrate_to(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                       const RunOptions& options, Direction direction) {
    const auto path_in = [&](const RevisionGraph& graph, const RevisionIds& ids) {
        return direction == Direction::up ? graph.upgrade_path(ids, target) : graph.downgrade_path(ids, target);
    };
    if (const RevisionGraph empty(revisions); is_missing(engine) && path_in(empty, {}).empty()) return {};
    auto connection = connect_for_migration(engine);
    std::optional<core::MigrationLock> lock;
    wait_for_lock(lock, *connection, options.progress);
    const VersionTable table(*connection, options.tables);
    const HistoryTable log(*connection, options.tables);
    RecordedState state;
    wait_for_writers([&] { state = read_state(*connection, table, log); });
    const auto& at = state.at;
    const RevisionGraph graph(revisions, at);
    const auto path = path_in(graph, at);
    adopt::check_kind(path, engine.dialect(), direction == Direction::down);
    if (direction == Direction::up && at.empty() && !path.empty()) refuse_unrecorded(*connection, table, log, graph);
    std::vector<EditedRevision> edited;
    if (direction == Direction::up) edited = check_edited(state, graph, engine.dialect(), options);
    const auto not_there = check_passed_over(state, graph, path, direction);
    ReplayedHistory history(graph, &engine.dialect());
    if (options.before) options.before(*connection, at, path);
    if (options.destructive == Destructive::where_allowed && !path.empty())
        history.on_trial(at, [&](ReplayState& replayed) { check_losses(replayed, path, direction); });
    if (!options.dry_run) accept(*connection, log, edited);
    if (!options.dry_run && direction == Direction::up) record_squashed(*connection, log, graph, state);
    Runner runner(*connection, table, log, graph, history, options);
    runner.pass_over(not_there);
    const Discard discard(engine, runner);
    return options.dry_run ? runner.dry_run(path, direction) : runner.run(path, direction);
}

}  // namespace

core::PooledConnection connect_for_migration(const core::Engine& engine) {
    std::optional<core::PooledConnection> connection;
    wait_for_writers([&] { connection.emplace(engine.connect()); });
    return std::move(*connection);
}

RevisionIds upgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                    const Progress& progress, Destructive destructive) {
    return upgrade(engine, target, revisions, RunOptions{progress, destructive});
}

RevisionIds upgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                    const RunOptions& options) {
    return migrate_to(engine, target, revisions, options, Direction::up);
}

RevisionIds downgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                      const Progress& progress, Destructive destructive) {
    return downgrade(engine, target, revisions, RunOptions{progress, destructive});
}

RevisionIds downgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                      const RunOptions& options) {
    return migrate_to(engine, target, revisions, options, Direction::down);
}

void stamp(const core::Engine& engine, std::string_view target, const Revisions& revisions, bool purge,
           const schema::VersionTables& tables) {
    stamp(engine, std::vector<std::string>{std::string(target)}, revisions, purge, tables);
}

namespace {

/// Says the targets, under the migration lock; none: there is nothing to record.
using ChooseTargets =
    std::function<std::vector<std::string>(core::Connection&, const RevisionGraph&, const RevisionIds& before)>;

void stamp_chosen(const core::Engine& engine, const Revisions& revisions, bool purge, const ChooseTargets& choose,
                  const schema::VersionTables& tables) {
    auto connection = connect_for_migration(engine);
    std::optional<core::MigrationLock> lock;
    wait_for_lock(lock, *connection, {});
    const VersionTable table(*connection, tables);
    const auto found = read_versions(*connection, table);
    const RevisionGraph graph(revisions, purge ? RevisionIds{} : found);
    const auto targets = choose(*connection, graph, found);
    if (targets.empty()) return;
    const auto rows = [&](const RevisionIds& before) {
        if (!purge) graph.check_known(before);
        return graph.stamped(purge ? RevisionIds{} : before, targets);
    };
    // A wrong target must not leave an empty version table.
    static_cast<void>(rows(read_versions(*connection, table)));
    core::Connection& open = *connection;
    const HistoryTable log(open, tables);
    in_transaction(open, [&] {
        const auto before = table.read_or_make(open);
        const auto after = rows(before);
        table.write(open, before, after);
        for (const Revision* revision : graph.ancestors(after)) {
            if (!purge && graph.applied(before, *revision)) continue;
            const Revision* const whole = graph.whole(*revision);
            log.add(open, {.revision = revision->id,
                           .action = HistoryEntry::Action::stamp,
                           .checksum = checksum_if_known(whole != nullptr ? *whole : *revision, open.dialect()),
                           .started = TimestampTz::now()});
        }
    });
}

}  // namespace

void stamp(const core::Engine& engine, const std::vector<std::string>& targets, const Revisions& revisions, bool purge,
           const schema::VersionTables& tables) {
    if (const RevisionGraph empty(revisions); is_missing(engine) && empty.stamped({}, targets).empty()) return;
    stamp_chosen(
        engine, revisions, purge, [&](core::Connection&, const RevisionGraph&, const RevisionIds&) { return targets; },
        tables);
}

AdoptedStamp stamp_adopted(const core::Engine& engine, const Revisions& revisions, const std::string& table,
                           const schema::VersionTables& tables) {
    if (is_missing(engine))
        throw MigrationError("there is no database " + engine.url().to_string() + " of which to say where it is");
    AdoptedStamp result;
    const auto choose = [&](core::Connection& connection, const RevisionGraph& graph, const RevisionIds& before) {
        const auto recorded = adopt::read_recorded(connection, graph, table);
        result.tool = recorded.tool;
        result.versions = recorded.versions;
        result.ids = recorded.ids.empty() ? recorded.ids : graph.stamped({}, recorded.ids);
        if (before.empty() || result.ids == before) {
            result.is_new = result.ids != before;
            return result.is_new ? result.ids : RevisionIds{};
        }
        throw MigrationError("the database is at " + join(before) + " already, and " + recorded.tool +
                             " left it at what is " + (result.ids.empty() ? "base" : join(result.ids)) +
                             " here; say where it is with 'stamp REV'");
    };
    stamp_chosen(engine, revisions, false, choose, tables);
    return result;
}

bool ensure_version(const core::Engine& engine, const schema::VersionTables& tables) {
    auto connection = connect_for_migration(engine);
    std::optional<core::MigrationLock> lock;
    wait_for_lock(lock, *connection, {});
    core::Connection& open = *connection;
    const VersionTable table(open, tables);
    if (table.read(open).table_exists) return false;
    const HistoryTable log(open, tables);
    in_transaction(open, [&] {
        static_cast<void>(table.read_or_make(open));
        log.make(open);
    });
    return true;
}

RevisionIds current(const core::Engine& engine, const schema::VersionTables& tables) {
    if (is_missing(engine)) return {};
    auto connection = engine.connect();
    return VersionTable(*connection, tables).read(*connection).ids;
}

}  // namespace strata::migrate
