#include <strata/migrate/revision.hpp>

using namespace strata::migrate;

STRATA_REVISION(f5a44173d3eb, revises(), "products of shops",
    [](Operations& op) {
        op.create_table("products", {
            column("id", BigInteger{}).identity(),
            column("shop_id", BigInteger{}),
            column("code", String{20}),
            column("name", String{100}),
            column("price", Numeric{10, 2}),
            column("stock", Integer{}),
            column("created_at", DateTimeTz{}).server_default(now()),
            column("updated_at", DateTimeTz{}).nullable(),
            column("deleted_at", DateTimeTz{}).nullable(),
            primary_key("pk_products", {"id"}),
            unique("uq_products_shop_id_code", {"shop_id", "code"}),
            index("ix_products_shop_id_name_id", {"shop_id", "name", "id"}),
        });
    },
    [](Operations& op) { op.drop_table("products"); })
