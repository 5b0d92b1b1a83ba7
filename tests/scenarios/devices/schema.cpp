#include "schema.hpp"

#include "models.hpp"

#include <strata/schema/table.hpp>

strata::schema::MetaData devices::metadata() {
    using namespace strata::schema;
    return {table(users), table(devices, index(devices.status))};
}
