#pragma once

#include "support/dal_models.hpp"
#include "support/database.hpp"

#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

namespace dal_test {

/// The tables of the DAL's tests in a test's own database, and a connection to it.
inline strata::dal::Database connected(const strata::test::TestDatabase& database) {
    using strata::schema::table;
    const strata::Engine engine(database.url());
    strata::schema::create_all(strata::schema::MetaData{table(users), table(songs), table(people), table(song_tags),
                                                        table(accounts), table(lines), table(visits)},
                               engine);
    return strata::dal::connect(engine);
}

}  // namespace dal_test
