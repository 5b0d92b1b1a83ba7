#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(c81d64b7a02e, revises("5a3f0c9d2e71"), "add greeting to guests",
    [](Operations& op) { op.add_column("guests", column("greeting", Text{}).nullable()); },
    [](Operations& op) { op.drop_column("guests", "greeting"); })
