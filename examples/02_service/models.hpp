#pragma once

// The service's one table, and the rules that its rows keep.

#include <strata/core/model.hpp>
#include <strata/core/rules.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace service {

struct Product {
    std::int64_t id{};
    std::int64_t shop_id{};  // the tenant
    std::string code{};
    std::string name{};
    strata::Decimal price{};
    std::int32_t stock{};
    std::optional<std::string> note{};
    strata::TimestampTz created_at{};
    std::optional<strata::TimestampTz> updated_at{};
    std::optional<strata::TimestampTz> deleted_at{};  // set: removed
};
STRATA_MODEL(Product, products, id, shop_id, code, name, price, stock, note, created_at, updated_at, deleted_at)
STRATA_FACTS(products, max_length(products.code, 20), max_length(products.name, 100), precision(products.price, 10, 2),
             unique(products.shop_id, products.code), server_default(products.created_at, now()),
             set_on_update(products.updated_at, now()))
STRATA_RULES(products, pattern(products.code, "^[A-Z]{2}-[0-9]+$"), length(products.name, 1, 100),
             at_least(products.price, 0), at_least(products.stock, 0), not_empty(products.note))

}  // namespace service
