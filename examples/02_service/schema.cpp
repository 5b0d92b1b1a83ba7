#include "schema.hpp"

#include "models.hpp"

#include <strata/schema/table.hpp>

namespace service {

strata::schema::MetaData metadata() {
    using namespace strata::schema;
    return {table(products, index(products.shop_id, products.name, products.id))};
}

}  // namespace service
