// Upserts that say whether the row was inserted: the same on both databases.

#include "support/dal_database.hpp"

using namespace dal_test;
using namespace strata;
using Catch::Matchers::Contains;

namespace dal_test {

/// A number for each tenant and name.
struct TenantCounter {
    std::int64_t id{};
    std::int64_t tenant_id{};
    std::string name{};
    std::int32_t number{};
    std::int32_t version{};
};
STRATA_MODEL(TenantCounter, tenant_counters, id, tenant_id, name, number, version)
STRATA_FACTS(tenant_counters, unique(tenant_counters.name), version_column(tenant_counters.version))

}  // namespace dal_test

STRATA_DB_TEST("an upsert says whether the row was inserted or updated", "[dal][upsert]") {
    const dal::Database dal = on_one_connection(db);
    schema::create_all(schema::MetaData{schema::table(tenant_counters)}, strata::Engine(db.url()));
    const auto add = on_conflict(tenant_counters.name).do_update(tenant_counters.number = tenant_counters.number + 1);
    const auto told = [](const dal::Session& session, const TenantCounter& row, const auto& rule) -> std::string {
        const auto result = session.upsert_created(row, rule);
        if (!result) return "nothing";
        return (result->created ? "inserted " : "updated ") + std::to_string(result->row.number) + " of " +
               std::to_string(result->row.tenant_id);
    };
    const TenantCounter a{.tenant_id = 1, .name = "a", .number = 5};
    CHECK(told(dal, a, add) == "inserted 5 of 1");
    for (int turn = 0; turn < 2; ++turn) CHECK(told(dal, a, add) == "updated " + std::to_string(turn + 6) + " of 1");
    CHECK(told(dal, a, on_conflict(tenant_counters.name).do_update()) == "updated 5 of 1");
    CHECK(told(dal, a, on_conflict(tenant_counters.name).do_nothing()) == "nothing");
    CHECK(told(dal, a, on_conflict(tenant_counters.name).do_update().where(tenant_counters.number > 100)) == "nothing");
    CHECK(told(dal, {.name = "b"}, on_conflict(tenant_counters.name).do_nothing()) == "inserted 0 of 0");
    // The key that is the conflict's.
    const auto by_key = on_conflict(tenant_counters.id).do_update(tenant_counters.number);
    CHECK(told(dal, {.id = 50, .name = "k", .number = 1}, by_key) == "inserted 1 of 0");
    CHECK(told(dal, {.id = 50, .name = "k", .number = 2}, by_key) == "updated 2 of 0");
    CHECK(dal.insert(TenantCounter{.name = "after"}).id == 51);
    // In a transaction the row may be its own, locked, or inserted and removed.
    dal.transaction([&](dal::Transaction& tx) {
        CHECK(told(tx, {.name = "t"}, add) == "inserted 0 of 0");
        CHECK(told(tx, {.name = "t"}, add) == "updated 1 of 0");
        CHECK(tx(tenant_counters.name == "t").for_update().all().size() == 1);
        CHECK(told(tx, {.name = "t"}, add) == "updated 2 of 0");
        CHECK(tx(tenant_counters.name == "t").remove() == 1);
        tx.transaction([&](dal::Transaction& inner) { CHECK(told(inner, {.name = "t"}, add) == "inserted 0 of 0"); });
        CHECK(told(tx, {.name = "t"}, add) == "updated 1 of 0");
    });
    CHECK(!dal.try_upsert_created(a, add).value()->created);
    CHECK(db.shell("SELECT number, version FROM tenant_counters WHERE name = 'a'") == "6|4");
    CHECK(db.shell("SELECT count(*) FROM tenant_counters") == "5");
}

STRATA_DB_TEST("an upsert that says so is of the tenant", "[dal][upsert][filters]") {
    const dal::Database dal = on_one_connection(db);
    schema::create_all(schema::MetaData{schema::table(tenant_counters)}, strata::Engine(db.url()));
    const dal::Database one = dal.filtered(tenant_counters.tenant_id == 1);
    const dal::Database two = dal.filtered(tenant_counters.tenant_id == 2);
    const auto add = on_conflict(tenant_counters.name).do_update(tenant_counters.number = tenant_counters.number + 1);
    for (int turn = 0; turn < 2; ++turn) {
        for (const auto& [tenant, id, name] : {std::tuple(one, 1, "a"), std::tuple(two, 2, "b")}) {
            const auto result = tenant.upsert_created(TenantCounter{.tenant_id = 7, .name = name}, add);
            REQUIRE(result);
            CHECK(result->created == (turn == 0));
            CHECK(result->row.tenant_id == id);
        }
    }
    CHECK_THROWS_WITH(two.upsert_created(TenantCounter{.name = "a"}, add),
                      Contains("is not among those of this database's"));
    CHECK(db.shell("SELECT tenant_id, name, number FROM tenant_counters ORDER BY id") == "1|a|1\n2|b|1");
}
