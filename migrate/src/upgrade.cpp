#include "runner.hpp"
#include "versions.hpp"

#include <strata/core/migration_lock.hpp>
#include <strata/migrate/upgrade.hpp>

#include <optional>

namespace strata::migrate {

namespace {

RevisionIds migrate_to(const core::Engine& engine, std::string_view target, const Revisions& revisions,
                       const Progress& progress, Direction direction) {
    const RevisionGraph graph(revisions);
    auto connection = connect_for_migration(engine);
    const core::MigrationLock lock(*connection);
    Versions versions;
    wait_for_writers([&] { versions = read_versions(*connection); });
    const auto path = direction == Direction::up ? graph.upgrade_path(versions.ids, target)
                                                 : graph.downgrade_path(versions.ids, target);
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
    auto connection = connect_for_migration(engine);
    const core::MigrationLock lock(*connection);
    Versions versions;
    wait_for_writers([&] { versions = read_versions(*connection); });
    if (!purge) graph.check_known(versions.ids);
    const auto ids = graph.resolve(target, purge ? RevisionIds{} : versions.ids);
    wait_for_writers([&] { connection->begin(core::TransactionMode::immediate); });
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
    auto connection = engine.connect();
    return read_versions(*connection).ids;
}

}  // namespace strata::migrate
