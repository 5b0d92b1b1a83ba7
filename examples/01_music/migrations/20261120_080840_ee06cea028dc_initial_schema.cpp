#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(ee06cea028dc, revises(), "initial schema",
    [](Operations& op) {
        op.create_table("users", {
            column("id", BigInteger{}).identity(),
            column("email", String{255}),
            column("phone", Text{}).nullable(),
            primary_key("pk_users", {"id"}),
            unique("uq_users_email", {"email"}),
        });
        op.create_table("songs", {
            column("id", BigInteger{}).identity(),
            column("title", String{255}),
            column("status", Enum{"status", {"queued", "processing", "done", "failed"}}),
            column("user_id", BigInteger{}).nullable(),
            column("created_at", DateTimeTz{}).server_default(now()),
            primary_key("pk_songs", {"id"}),
            foreign_key("fk_songs_user_id_users", {"user_id"}, "users", {"id"}).on_delete(set_null),
            check("ck_songs_title_not_empty", "length(title) > 0"),
            index("ix_songs_status_created_at", {"status", "created_at"}),
        });
    },
    [](Operations& op) {
        op.drop_table("songs");
        op.drop_table("users");
    })
