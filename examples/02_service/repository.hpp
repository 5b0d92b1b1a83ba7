#pragma once

#include "types.hpp"

#include <strata/dal/database.hpp>

#include <vector>

// The queries. Each takes the database, or a transaction that is open on it; whose rows there are is the database's
// matter.
namespace service {

/// A shop's own database: the products of others and removed ones are not in it, whatever is asked, and inserts are the
/// shop's.
strata::dal::Database database_of(const strata::dal::Database& all, std::int64_t shop_id);

Product add_product(const strata::dal::Session& db, const NewProduct& input);
/// Adds a product or changes the price and the stock of the one with this code.
Product put_product(const strata::dal::Session& db, const NewProduct& input);
/// Throws NotFound.
Product change_product(const strata::dal::Session& db, std::int64_t id, const ProductPatch& patch);
/// Whether there was one. The row stays, for what refers to it.
bool remove_product(const strata::dal::Session& db, std::int64_t id);
/// By name.
std::vector<Product> find_products(const strata::dal::Session& db, const Search& search);

}  // namespace service
