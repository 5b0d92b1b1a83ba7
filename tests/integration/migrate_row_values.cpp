// Rows that a revision writes are found by the DAL's queries, whatever spelling the revision has.

#include "migrate_revisions.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/migrate/upgrade.hpp>

namespace row_values {

struct Event {
    std::int64_t id{};
    strata::TimestampTz at{};
    strata::Timestamp local{};
    strata::Time clock{};
    strata::Decimal amount{};
    strata::Uuid key{};
};
STRATA_MODEL(Event, events, id, at, local, clock, amount, key)
STRATA_FACTS(events, precision(events.amount, 20, 2))

}  // namespace row_values

using namespace row_values;

STRATA_DB_TEST("a row of a revision is found by its values, however the revision spells them", "[migrate][dal]") {
    using namespace strata::migrate;
    const strata::Engine engine(db.url());
    strata::test::History history;
    history.add(
        "a1", {},
        [](Operations& op) {
            op.create_table("events",
                            {column("id", BigInteger{}).identity(), column("at", DateTimeTz{}),
                             column("local", DateTime{}), column("clock", TimeType{}), column("amount", Numeric{20, 2}),
                             column("key", UuidType{}), primary_key("pk_events", {"id"})});
            op.bulk_insert("events", {"at", "local", "clock", "amount", "key"},
                           {{"2024-05-01 12:00:00+02:00", "2024-05-01T10:00:00", "10:00", "5",
                             "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"}});
        },
        [](Operations& op) { op.drop_table("events"); });
    upgrade(engine, "head", history.revisions());
    const strata::dal::Database dal = strata::dal::connect(engine);
    const auto at = strata::TimestampTz::parse("2024-05-01 10:00:00+00");
    CHECK(dal(events.at == at && events.at < strata::TimestampTz(at.microseconds + 1)).count() == 1);
    CHECK(dal(events.local == strata::Timestamp::parse("2024-05-01 10:00:00")).count() == 1);
    CHECK(dal(events.clock == strata::Time::parse("10:00:00")).count() == 1);
    CHECK(dal(events.amount == strata::Decimal::parse("5.00")).count() == 1);
    CHECK(dal(events.key == strata::Uuid::parse("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")).count() == 1);
}
