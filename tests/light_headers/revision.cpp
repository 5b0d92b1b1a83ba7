#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(
    3f2a9c1b7d04, revises(), "create songs",
    [](Operations& op) {
        op.create_table("songs", {column("id", BigInteger{}).identity(), primary_key("pk_songs", {"id"})});
    },
    [](Operations& op) { op.drop_table("songs"); })
