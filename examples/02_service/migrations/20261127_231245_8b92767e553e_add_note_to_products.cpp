#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(8b92767e553e, revises("f5a44173d3eb"), "add note to products",
    [](Operations& op) { op.add_column("products", column("note", Text{}).nullable()); },
    [](Operations& op) { op.drop_column("products", "note"); })
