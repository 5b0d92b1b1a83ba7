#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(
    a1b2c3d4e5f6, revises(), "first tables",
    [](Operations& op) {
        op.create_table("authors", {
                                       column("id", BigInteger{}).identity(),
                                       column("email", String{255}),
                                       primary_key("", {"id"}),
                                       unique("", {"email"}),
                                   });
        op.create_table("notes", {
                                     column("id", BigInteger{}).identity(),
                                     column("title", String{100}),
                                     column("author_id", BigInteger{}).nullable(),
                                     primary_key("", {"id"}),
                                     foreign_key("", {"author_id"}, "authors", {"id"}),
                                     index("", {"title"}),
                                 });
    },
    [](Operations& op) {
        op.drop_table("notes");
        op.drop_table("authors");
    })
