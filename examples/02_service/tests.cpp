// The service's tests, on the database that TEST_DATABASE_URL names, else on SQLite in memory. They use no test
// library; strata::testing works with any.

#include "repository.hpp"
#include "service.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/testing/factory.hpp>
#include <strata/testing/query_count.hpp>
#include <strata/testing/rolled_back.hpp>
#include <strata/testing/scratch_database.hpp>

#include <exception>
#include <iostream>

using namespace strata;
using service::Product;
using service::Service;

namespace {

int failures = 0;

void check_at(int line, bool holds, const char* what, const std::string& got = {}) {
    if (holds) return;
    ++failures;
    std::cerr << "tests.cpp:" << line << ": " << what << "  " << got << '\n';
}
#define CHECK(...) check_at(__LINE__, (__VA_ARGS__), #__VA_ARGS__)
#define CHECK_ANSWER(CALL, STATUS, BODY)                                              \
    do {                                                                              \
        const service::Response answer = CALL;                                        \
        check_at(__LINE__, answer.status == (STATUS) && answer.body == (BODY), #CALL, \
                 std::to_string(answer.status) + " " + answer.body);                  \
    } while (false)

/// One database for all tests, made by the migrations. Each test has it for itself, and leaves nothing in it.
const dal::Database& database() {
    static const testing::ScratchDatabase scratch(testing::url_from_environment(),
                                                  [](const Engine& engine) { migrate::upgrade(engine); });
    return scratch.database();
}

const testing::Factory<Product>& product() {
    static const testing::Factory<Product> made([](std::int64_t n) {
        return Product{.shop_id = 1, .code = "PR-" + std::to_string(n), .name = "product", .price = 10, .stock = 1};
    });
    return made;
}

void a_product_is_added_and_read() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    const auto added = app.post_product(1, R"({"code": "LP-1", "name": "Lamp", "price": "9.95", "stock": 3})");
    CHECK(added.status == 201);
    const Product row = fixture.database()(service::products.code == "LP-1").one();
    CHECK(row.shop_id == 1 && !row.updated_at);
    const std::string card =
        R"({"id":)" + std::to_string(row.id) + R"(,"code":"LP-1","name":"Lamp","price":"9.95","stock":3,"note":null})";
    CHECK(added.body == card);
    CHECK_ANSWER(app.get_product(1, row.id), 200, card);
    CHECK(app.post_product(1, R"({"code": "LP-1", "name": "Lamp", "price": "1", "stock": 3})").status == 409);
    CHECK(app.post_product(2, R"({"code": "LP-1", "name": "Lamp", "price": "1", "stock": 3})").status == 201);
}

void every_fault_is_told_at_once() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    const auto answer =
        app.post_product(1, R"({"code": "lamp", "name": "", "price": "-1", "stock": "many", "colour": 1})");
    CHECK(answer.status == 422);
    for (const char* part : {R"("path":"code","code":"pattern")", R"("path":"name","code":"too_short")",
                             R"("path":"price","code":"too_small")", R"("path":"stock","code":"type")",
                             R"("path":"colour","code":"unknown")"})
        check_at(__LINE__, answer.body.find(part) != std::string::npos, part, answer.body);
    CHECK(fixture.database()(service::products).count() == 0);
}

void a_patch_changes_what_it_has() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    const Product lamp = product().make(fixture.database(), [](Product& row) { row.note = "new"; });
    CHECK(app.patch_product(1, lamp.id, R"({"stock": 5})").status == 200);
    CHECK(app.patch_product(1, lamp.id, R"({"note": null})").status == 200);
    CHECK(app.patch_product(1, lamp.id, R"({"stock": -5})").status == 422);
    CHECK(app.patch_product(2, lamp.id, R"({"stock": 0})").status == 404);
    const Product now = fixture.database()(service::products.id == lamp.id).one();
    CHECK(now.stock == 5 && !now.note && now.name == "product" && now.updated_at.has_value());
}

void what_is_removed_is_gone_for_the_shop() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    const Product lamp = product().make(fixture.database());
    CHECK(app.delete_product(2, lamp.id).status == 404);
    CHECK_ANSWER(app.delete_product(1, lamp.id), 204, "");
    CHECK(app.delete_product(1, lamp.id).status == 404);
    CHECK(app.get_product(1, lamp.id).status == 404);
    CHECK(fixture.database()(service::products.id == lamp.id).one().deleted_at.has_value());
}

void a_product_is_put_twice() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    CHECK(app.put_product(1, R"({"code": "LP-1", "name": "Lamp", "price": "9.90", "stock": 3})").status == 200);
    CHECK(app.put_product(1, R"({"code": "LP-1", "name": "Other", "price": "8.50", "stock": 2})").status == 200);
    const Product row = fixture.database()(service::products.code == "LP-1").one();
    CHECK(row.name == "Lamp" && row.price == Decimal::parse("8.50") && row.stock == 2);
}

void pages_follow_each_other_in_one_statement_and_a_look_up() {
    const testing::RolledBack fixture(database());
    const Service app(fixture.database());
    (void)product().make(fixture.database(), 5, [](Product& row, std::int64_t n) { row.price = n; });
    (void)product().make(fixture.database(), [](Product& row) { row.shop_id = 2; });
    const dal::Database shop = service::database_of(fixture.database(), 1);
    const auto first = service::find_products(shop, {.limit = 3});
    const testing::QueryCount count(fixture.database());
    const auto second = service::find_products(shop, {.after = first.back().id, .limit = 3});
    check_at(__LINE__, count.statements() == 2, "two statements", count.text());
    CHECK(first.size() == 3 && second.size() == 2);
    CHECK(service::find_products(shop, {.name = "prod", .least = first[1].price, .most = first[2].price}).size() == 2);
    CHECK(service::find_products(shop, {.name = "lamp"}).empty());
    CHECK(app.get_products(1, {.limit = 3}).body.find(R"("next":)" + std::to_string(first.back().id)) !=
          std::string::npos);
    CHECK(app.get_products(3, {}).body == R"({"items":[],"next":null})");
}

void the_migrations_go_back_and_forth() {
    const testing::ScratchDatabase own(testing::url_from_environment(),
                                       [](const Engine& engine) { migrate::upgrade(engine); });
    product().make(own.database());
    migrate::downgrade(own.engine(), "-1");
    migrate::upgrade(own.engine());
    CHECK(own.database()(service::products).count() == 1);
}

}  // namespace

int main() try {
    a_product_is_added_and_read();
    every_fault_is_told_at_once();
    a_patch_changes_what_it_has();
    what_is_removed_is_gone_for_the_shop();
    a_product_is_put_twice();
    pages_follow_each_other_in_one_statement_and_a_look_up();
    the_migrations_go_back_and_forth();
    std::cout << (failures == 0 ? "all tests passed on " : "tests failed on ") << database().dialect().name() << '\n';
    return failures == 0 ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << "service_tests: " << error.what() << '\n';
    return 2;
}
