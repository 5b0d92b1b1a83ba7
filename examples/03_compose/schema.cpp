#include "schema.hpp"

#include "models.hpp"

#include <strata/schema/table.hpp>

namespace guestbook {

strata::schema::MetaData metadata() {
    using namespace strata::schema;
    return {table(guests)};
}

}  // namespace guestbook
