#include "schema.hpp"

#include "models.hpp"

#include <strata/schema/table.hpp>

namespace music {

strata::schema::MetaData metadata() {
    using namespace strata::schema;
    return {table(users),
            table(songs, index(songs.status, songs.created_at), check("title_not_empty", "length(title) > 0"))};
}

}  // namespace music
