#include "scratch_database.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

ScratchDatabase::ScratchDatabase(const core::Url& server)
    : place_(core::detail::make_scratch_database(server)), engine_(place_->url()) {}

schema::MetaData state_on_scratch(const core::Url& server, const RevisionGraph& graph, const RevisionIds& at) {
    const ScratchDatabase scratch(server);
    try {
        for (const auto& id : at) {
            RunOptions options;
            options.destructive = Destructive::allowed;
            upgrade(scratch.engine(), id, graph.sorted(), options);
        }
    } catch (const MigrationError& error) {
        throw MigrationError("on a scratch database, " + std::string(error.what()), error.details());
    }
    const auto connection = scratch.engine().connect();
    schema::ReflectOptions options;
    options.all_schemas = true;
    auto metadata = schema::reflect(*connection, options);
    std::erase_if(metadata.tables, [](const auto& table) { return schema::is_version_table(table.name); });
    return metadata;
}

}  // namespace strata::migrate
