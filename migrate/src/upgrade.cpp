#include "runner.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/migration_lock.hpp>
#include <strata/migrate/upgrade.hpp>

#include <optional>

namespace strata::migrate {

namespace {

/// A wrong target must not leave an empty database behind where there was none.
bool is_missing(const core::Engine& engine) { return engine.dialect().is_missing(engine.url()); }

RevisionIds migrate_to(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                       const Progress& progress, Direction direction) {
    const RevisionGraph graph(revisions);
    const auto path_from = [&](const RevisionIds& ids) {
        return direction == Direction::up ? graph.upgrade_path(ids, target) : graph.downgrade_path(ids, target);
    };
    if (is_missing(engine) && path_from({}).empty()) return {};
    auto connection = connect_for_migration(engine);
    const core::MigrationLock lock(*connection);
    Versions versions;
    wait_for_writers([&] { versions = read_versions(*connection); });
    const auto path = path_from(versions.ids);
    return Runner(*connection, graph, progress).run(path, direction);
}

}  // namespace

core::PooledConnection connect_for_migration(const core::Engine& engine) {
    std::optional<core::PooledConnection> connection;
    wait_for_writers([&] { connection.emplace(engine.connect()); });
    return std::move(*connection);
}

RevisionIds upgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                    const Progress& progress) {
    return migrate_to(engine, target, revisions, progress, Direction::up);
}

RevisionIds downgrade(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                      const Progress& progress) {
    return migrate_to(engine, target, revisions, progress, Direction::down);
}

void stamp(const core::Engine& engine, std::string_view target, const Revisions& revisions, bool purge) {
    const RevisionGraph graph(revisions);
    if (is_missing(engine) && graph.resolve(target, {}).empty()) return;
    auto connection = connect_for_migration(engine);
    const core::MigrationLock lock(*connection);
    Versions versions;
    wait_for_writers([&] { versions = read_versions(*connection); });
    if (!purge) graph.check_known(versions.ids);
    const auto ids = graph.resolve(target, purge ? RevisionIds{} : versions.ids);
    wait_for_writers([&] { connection->begin(core::immediate_transaction); });
    core::Connection& open = *connection;
    try {
        write_versions(open, reread_versions(open, versions.table_exists), ids);
        open.commit();
    } catch (...) {
        open.rollback();
        throw;
    }
}

RevisionIds current(const core::Engine& engine) {
    if (is_missing(engine)) return {};
    auto connection = engine.connect();
    return read_versions(*connection).ids;
}

}  // namespace strata::migrate
