#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(
    ea74c9c24f25, revises(), "initial schema",
    [](Operations& op) {
        op.create_table("users", {
                                     column("id", BigInteger{}).identity(),
                                     column("username", String{50}),
                                     column("email", String{255}),
                                     primary_key("pk_users", {"id"}),
                                     unique("uq_users_username", {"username"}),
                                 });
        op.create_table("devices",
                        {
                            column("id", BigInteger{}).identity(),
                            column("name", String{100}),
                            column("user_id", BigInteger{}).nullable(),
                            primary_key("pk_devices", {"id"}),
                            foreign_key("fk_devices_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null),
                        });
    },
    [](Operations& op) {
        op.drop_table("devices");
        op.drop_table("users");
    })
