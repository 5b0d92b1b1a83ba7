#include "repository.hpp"

#include <strata/dal.hpp>
#include <strata/dal/conflict.hpp>
#include <strata/dal/structs.hpp>

namespace service {

using namespace strata;

namespace {

/// The row of an input; its shop is the filter's.
Product row_of(const NewProduct& input) {
    Product row{.code = input.code, .name = input.name, .price = input.price, .stock = input.stock};
    if (input.note.has_value()) row.note = *input.note;
    return row;
}

}  // namespace

dal::Database database_of(const dal::Database& all, std::int64_t shop_id) {
    return all.filtered(products.shop_id == shop_id).filtered(products.deleted_at.is_null());
}

Product add_product(const dal::Session& db, const NewProduct& input) {
    const std::int64_t the_filters = 0;
    return db.insert(dal::make<Product>(input, dal::given<&Product::shop_id>(the_filters)));
}

Product put_product(const dal::Session& db, const NewProduct& input) {
    return *db.upsert(row_of(input),
                      on_conflict(products.shop_id, products.code).do_update(products.price, products.stock));
}

Product change_product(const dal::Session& db, std::int64_t id, const ProductPatch& patch) {
    return db.patch(products, id, patch);
}

bool remove_product(const dal::Session& db, std::int64_t id) {
    return db(products.id == id).update(products.deleted_at = dal::now()) == 1;
}

std::vector<Product> find_products(const dal::Session& db, const Search& search) {
    dal::Condition<Product> wanted;
    if (search.name) wanted &= products.name.contains(*search.name);
    wanted &= products.price >= maybe(search.least) && products.price <= maybe(search.most);
    if (search.in_stock) wanted &= products.stock > 0;
    auto page = db(wanted).order_by(products.name, products.id).limit(search.limit);
    if (!search.after) return page.all();
    const auto last = db.get(products, *search.after);
    return last ? page.after(*last).all() : std::vector<Product>();
}

}  // namespace service
