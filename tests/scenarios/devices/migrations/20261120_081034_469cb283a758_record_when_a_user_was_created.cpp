#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(
    469cb283a758, revises("ea74c9c24f25"), "record when a user was created",
    [](Operations& op) { op.add_column("users", column("created_at", DateTimeTz{}).server_default(now())); },
    [](Operations& op) { op.drop_column("users", "created_at"); })
