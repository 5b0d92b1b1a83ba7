#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(
    83f57b8e6bb6, revises("469cb283a758"), "devices have a status",
    [](Operations& op) {
        op.add_column("devices",
                      column("status", Enum{"status", {"online", "offline"}}).server_default(literal("offline")));
        op.create_index("ix_devices_status", "devices", {"status"});
    },
    [](Operations& op) {
        op.drop_index("ix_devices_status", "devices");
        op.drop_column("devices", "status");
    })
