#include "schema.hpp"

#include "models.hpp"

#include <strata/schema/table.hpp>

strata::schema::MetaData notes::metadata() {
    using namespace strata::schema;
    return {table(authors), table(notes, index(notes.title))};
}
