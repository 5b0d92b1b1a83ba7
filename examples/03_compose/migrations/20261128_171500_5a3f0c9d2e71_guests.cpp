#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(5a3f0c9d2e71, revises(), "guests",
    [](Operations& op) {
        op.create_table("guests", {
            column("id", BigInteger{}).identity(),
            column("name", String{100}),
            column("signed_at", DateTimeTz{}).server_default(now()),
            primary_key("pk_guests", {"id"}),
        });
    },
    [](Operations& op) { op.drop_table("guests"); })
