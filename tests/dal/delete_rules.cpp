// What becomes of the rows that refer to a removed one: what the facts of the model say, on both databases.

#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/dal/relations.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

using namespace strata;

namespace delete_rules_test {

struct Owner {
    std::int64_t id{};
    std::string name{};
};
STRATA_MODEL(Owner, owners, id, name)

struct Cascading {
    std::int64_t id{};
    std::int64_t owner_id{};
};
STRATA_MODEL(Cascading, cascading, id, owner_id)
STRATA_FACTS(cascading, references(cascading.owner_id, owners.id, on_delete::cascade))

struct Below {
    std::int64_t id{};
    std::int64_t cascading_id{};
};
STRATA_MODEL(Below, below, id, cascading_id)
STRATA_FACTS(below, references(below.cascading_id, cascading.id, on_delete::cascade))

struct Emptied {
    std::int64_t id{};
    std::optional<std::int64_t> owner_id{};
};
STRATA_MODEL(Emptied, emptied, id, owner_id)
STRATA_FACTS(emptied, references(emptied.owner_id, owners.id, on_delete::set_null))

struct Defaulted {
    std::int64_t id{};
    Default<std::int64_t> owner_id{};
};
STRATA_MODEL(Defaulted, defaulted, id, owner_id)
STRATA_FACTS(defaulted, references(defaulted.owner_id, owners.id, on_delete::set_default),
             server_default(defaulted.owner_id, 1))

struct Restricting {
    std::int64_t id{};
    std::int64_t owner_id{};
};
STRATA_MODEL(Restricting, restricting, id, owner_id)
STRATA_FACTS(restricting, references(restricting.owner_id, owners.id, on_delete::restrict))

struct Refusing {
    std::int64_t id{};
    std::int64_t owner_id{};
};
STRATA_MODEL(Refusing, refusing, id, owner_id)
STRATA_FACTS(refusing, references(refusing.owner_id, owners.id))

}  // namespace delete_rules_test

using namespace delete_rules_test;

namespace {

dal::Database filled(const strata::test::TestDatabase& database) {
    using schema::table;
    const core::Engine engine(database.url());
    schema::create_all(schema::MetaData{table(owners), table(cascading), table(below), table(emptied), table(defaulted),
                                        table(restricting), table(refusing)},
                       engine);
    const dal::Database dal = dal::connect(engine);
    dal.insert_many(std::vector<Owner>{{.name = "default"}, {.name = "ada"}, {.name = "eve"}, {.name = "joe"}});
    return dal;
}

}  // namespace

STRATA_DB_TEST("the rows of a removed row go with it, lose their reference or get the default", "[dal][relations]") {
    const dal::Database dal = filled(db);
    const auto [gone, stays] = std::pair(dal.insert(Cascading{.owner_id = 2}), dal.insert(Cascading{.owner_id = 3}));
    dal.insert(Below{.cascading_id = gone.id});
    dal.insert(Below{.cascading_id = stays.id});
    dal.insert(Emptied{.owner_id = 2});
    dal.insert(Emptied{.owner_id = 3});
    dal.insert(Defaulted{.owner_id = 2});
    dal.insert(Defaulted{.owner_id = 3});

    dal.remove(*dal.get(owners, 2));
    CHECK(db.shell("SELECT owner_id FROM cascading") == "3");
    CHECK(db.shell("SELECT cascading_id FROM below") == std::to_string(stays.id));
    CHECK(db.shell("SELECT coalesce(owner_id, 0) FROM emptied ORDER BY id") == "0\n3");
    CHECK(db.shell("SELECT owner_id FROM defaulted ORDER BY id") == "1\n3");

    // The removal of a set does the same, and what is loaded afterwards shows it.
    CHECK(dal(owners.name == "eve").remove() == 1);
    CHECK(db.shell("SELECT count(*) FROM cascading") == "0");
    CHECK(db.shell("SELECT count(*) FROM below") == "0");
    CHECK(db.shell("SELECT count(*) FROM emptied WHERE owner_id IS NULL") == "2");
    const auto loaded = dal.load(dal(owners.id == 1), dal::children(defaulted), dal::children(emptied));
    CHECK(std::get<1>(loaded[0]).size() == 2);
    CHECK(std::get<2>(loaded[0]).empty());
}

STRATA_DB_TEST("a row that others refer to without a rule or with restrict is not removed", "[dal][relations]") {
    const dal::Database dal = filled(db);
    dal.insert(Restricting{.owner_id = 2});
    dal.insert(Refusing{.owner_id = 3});
    dal.insert(Cascading{.owner_id = 2});
    CHECK_THROWS_AS(dal.remove(*dal.get(owners, 2)), ForeignKeyViolation);
    CHECK_THROWS_AS(dal.remove(*dal.get(owners, 3)), ForeignKeyViolation);
    CHECK_THROWS_AS(dal(owners.id > 1).remove(), ForeignKeyViolation);
    CHECK(db.shell("SELECT count(*) FROM owners") == "4");
    CHECK(db.shell("SELECT count(*) FROM cascading") == "1");
    dal(restricting.owner_id == 2).remove();
    dal.remove(*dal.get(owners, 2));
    CHECK(db.shell("SELECT count(*) FROM owners") == "3");
}
