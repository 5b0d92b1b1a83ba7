// What an error says about the constraint that refused a write: the same on both databases.

#include "support/database.hpp"

#include <strata/core/engine.hpp>
#include <strata/dal.hpp>
#include <strata/schema/schema.hpp>
#include <strata/schema/table.hpp>

using namespace strata;

namespace {

struct Shop {
    std::int64_t id{};
    std::string name{};
    std::int64_t stock{};
};
STRATA_MODEL(Shop, shops, id, name, stock)
STRATA_FACTS(shops, unique(shops.name))

struct Sale {
    std::int64_t id{};
    std::int64_t shop_id{};
    std::optional<std::int64_t> from_id{};
    std::int64_t number{};
};
STRATA_MODEL(Sale, sales, id, shop_id, from_id, number)
STRATA_FACTS(sales, references(sales.shop_id, shops.id), references(sales.from_id, shops.id, on_delete::restrict),
             unique_named("one number", sales.shop_id, sales.number))

struct Part {
    std::int64_t id{};
    std::optional<std::int64_t> part_of{};
};
STRATA_MODEL(Part, parts, id, part_of)
STRATA_FACTS(parts, references(parts.part_of, parts.id, on_delete::cascade))

struct Label {
    std::int64_t id{};
    std::int64_t part_id{};
};
STRATA_MODEL(Label, labels, id, part_id)
STRATA_FACTS(labels, references(labels.part_id, parts.id))

dal::Database connected(const test::TestDatabase& database) {
    using namespace strata::schema;
    const Engine engine(database.url());
    create_all(MetaData{table(shops, check("stock_not_negative", "stock >= 0")), table(sales), table(parts),
                        table(labels, index(labels.part_id).unique())},
               engine);
    return dal::connect(engine);
}

std::string said(const Error& error) {
    std::string text = error.table() + "|" + error.constraint() + "|";
    for (const std::string& column : error.columns()) text += column + ",";
    return text;
}

/// What the call is refused for.
template <class Violation, class Call>
std::string refused(const Call& call) {
    try {
        call();
    } catch (const Violation& error) {
        return said(error);
    }
    return "nothing";
}

}  // namespace

STRATA_DB_TEST("a violated unique key is named with its table and all of its columns", "[dal][errors]") {
    const dal::Database dal = connected(db);
    const Shop shop = dal.insert(Shop{.name = "a"});
    dal.insert(Sale{.shop_id = shop.id, .number = 7});
    const std::string name = "shops|uq_shops_name|name,";
    CHECK(refused<UniqueViolation>([&] { dal.insert(Shop{.name = "a"}); }) == name);
    CHECK(refused<UniqueViolation>([&] { dal.insert_into(shops, shops.name = "a", shops.stock = 1); }) == name);
    CHECK(refused<UniqueViolation>([&] { dal.insert_many(std::vector<Shop>{{.name = "b"}, {.name = "a"}}); }) == name);
    CHECK(refused<UniqueViolation>([&] { dal.insert(shop, {.keep_keys = true}); }) == "shops|pk_shops|id,");
    CHECK(refused<UniqueViolation>([&] { dal.insert(Sale{.shop_id = shop.id, .number = 7}); }) ==
          "sales|one number|shop_id,number,");
    const Sale other = dal.insert(Sale{.shop_id = shop.id, .number = 8});
    CHECK(refused<UniqueViolation>([&] { dal(sales.id == other.id).update(sales.number = 7); }) ==
          "sales|one number|shop_id,number,");
    CHECK(refused<UniqueViolation>(
              [&] { dal.transaction([](dal::Transaction& tx) { tx.insert(Shop{.name = "a"}); }); }) == name);
    CHECK(refused<UniqueViolation>([&] {
              (void)dal.batch([&](dal::Batch& batch) {
                  return std::tuple{batch.update(dal(sales.id == other.id), sales.number = 9),
                                    batch.update(dal(sales.id == other.id), sales.number = 7)};
              });
          }) == "sales|one number|shop_id,number,");
}

STRATA_DB_TEST("of several foreign keys the violated one is named", "[dal][errors]") {
    const dal::Database dal = connected(db);
    const Shop shop = dal.insert(Shop{.name = "a"});
    const std::string shop_key = "sales|fk_sales_shop_id_shops|shop_id,";
    const std::string from_key = "sales|fk_sales_from_id_shops|from_id,";
    CHECK(refused<ForeignKeyViolation>([&] { dal.insert(Sale{.shop_id = 99}); }) == shop_key);
    CHECK(refused<ForeignKeyViolation>([&] { dal.insert(Sale{.shop_id = shop.id, .from_id = 99}); }) == from_key);
    CHECK(refused<ForeignKeyViolation>([&] {
              dal.insert_many(std::vector<Sale>{{.shop_id = shop.id}, {.shop_id = 98, .number = 2}});
          }) == shop_key);
    const Sale sale = dal.insert(Sale{.shop_id = shop.id, .from_id = shop.id, .number = 1});
    CHECK(refused<ForeignKeyViolation>([&] { dal(sales.id == sale.id).update(sales.from_id = 99); }) == from_key);
    CHECK(refused<ForeignKeyViolation>([&] {
              dal.transaction([&](dal::Transaction& tx) {
                  tx.insert(Shop{.name = "b"});
                  tx.update(Sale{.id = sale.id, .shop_id = 99});
              });
          }) == shop_key);
    CHECK(refused<ForeignKeyViolation>([&] {
              dal.upsert(Sale{.id = sale.id, .shop_id = shop.id, .from_id = 99, .number = 1},
                         on_conflict(sales.shop_id, sales.number).do_update(sales.from_id));
          }) == from_key);
    // What was tried is undone, and keys are still looked at.
    CHECK(dal(shops).count() == 1);
    CHECK(dal(sales).all().size() == 1);
    CHECK_THROWS_AS(dal.insert(Sale{.shop_id = 99}), ForeignKeyViolation);
}

STRATA_DB_TEST("a row that is still referred to is refused with the referring table and its key", "[dal][errors]") {
    const dal::Database dal = connected(db);
    const auto referring = [](const std::string& text) { return text.substr(0, text.rfind('|')); };
    const Shop first = dal.insert(Shop{.name = "a"});
    const Shop second = dal.insert(Shop{.name = "b"});
    dal.insert(Sale{.shop_id = first.id, .from_id = second.id});
    CHECK(referring(refused<ForeignKeyViolation>([&] { dal.remove(first); })) == "sales|fk_sales_shop_id_shops");
    CHECK(referring(refused<ForeignKeyViolation>([&] { dal.remove(second); })) == "sales|fk_sales_from_id_shops");
    CHECK(referring(refused<ForeignKeyViolation>([&] {
              dal.execute("UPDATE shops SET id = id + 100 WHERE id = ?", first.id);
          })) == "sales|fk_sales_shop_id_shops");
    const Part whole = dal.insert(Part{});
    const Part inner = dal.insert(Part{.part_of = whole.id});
    dal.insert(Label{.part_id = inner.id});
    CHECK(referring(refused<ForeignKeyViolation>([&] { dal.remove(whole); })) == "labels|fk_labels_part_id_parts");
    CHECK(referring(refused<ForeignKeyViolation>([&] { dal(dal::all(parts)).remove(); })) ==
          "labels|fk_labels_part_id_parts");
    CHECK(dal(parts).count() == 2);
    dal(dal::all(labels)).remove();
    dal.remove(whole);
    CHECK(dal(parts).count() == 0);
}

STRATA_DB_TEST("checks, NOT NULL and unique indexes say where", "[dal][errors]") {
    const dal::Database dal = connected(db);
    CHECK(refused<CheckViolation>([&] { dal.insert(Shop{.name = "a", .stock = -1}); }) ==
          "shops|ck_shops_stock_not_negative|");
    dal.insert(Shop{.name = "a"});
    CHECK(refused<NotNullViolation>([&] { dal.execute("UPDATE shops SET name = NULL"); }) == "shops||name,");
    const Part part = dal.insert(Part{});
    dal.insert(Label{.part_id = part.id});
    const std::string index = refused<UniqueViolation>([&] { dal.insert(Label{.part_id = part.id}); });
    CHECK(index.substr(0, index.rfind('|')) == "labels|ix_labels_part_id");
}
