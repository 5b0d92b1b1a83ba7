#pragma once

#include "support/dal_models.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
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

/// The same with three users and two people, whose texts are short enough to need no memory of their own.
inline strata::dal::Database with_users_and_people(const strata::test::TestDatabase& database) {
    const strata::dal::Database dal = connected(database);
    dal.insert_many(std::vector<User>{{.email = "ada"}, {.email = "eve"}, {.email = "joe", .phone = "5"}});
    dal.insert_many(std::vector<Person>{{.name = "ada"}, {.name = "bob"}});
    return dal;
}

/// The tables alone through one connection, whose cache of statements all share.
inline strata::dal::Database on_one_connection(const strata::test::TestDatabase& database) {
    (void)connected(database);
    strata::core::EngineOptions options;
    options.pool_size = 1;
    options.max_overflow = 0;
    options.pool_timeout = std::chrono::milliseconds(200);
    return strata::dal::connect(strata::core::Engine(database.url(), options));
}

}  // namespace dal_test
