#pragma once

// Nine models of a shop, with documents and enums, whose compile time tools/bench.sh measures.

#include <boost/describe/enum.hpp>
#include <boost/json.hpp>

#include <strata/core/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace shop {

enum class Tier { plain, silver, gold };
BOOST_DESCRIBE_ENUM(Tier, plain, silver, gold)
enum class Status { open, paid, sent, returned };
BOOST_DESCRIBE_ENUM(Status, open, paid, sent, returned)
enum class Method { card, transfer, invoice };
BOOST_DESCRIBE_ENUM(Method, card, transfer, invoice)

struct Customer {
    std::int64_t id{};
    std::string email{};
    std::string name{};
    Tier tier{};
    strata::Json settings{};
    bool active{};
    strata::TimestampTz created_at{};
};
STRATA_MODEL(Customer, customers, id, email, name, tier, settings, active, created_at)
STRATA_FACTS(customers, max_length(customers.email, 255), unique(customers.email),
             server_default(customers.created_at, now()))

struct Address {
    std::int64_t id{};
    std::int64_t customer_id{};
    std::string street{};
    std::string town{};
    std::optional<std::string> postcode{};
    std::string country{};
};
STRATA_MODEL(Address, addresses, id, customer_id, street, town, postcode, country)
STRATA_FACTS(addresses, references(addresses.customer_id, customers.id, on_delete::cascade))

struct Category {
    std::int64_t id{};
    std::string name{};
    std::optional<std::int64_t> parent_id{};
};
STRATA_MODEL(Category, categories, id, name, parent_id)
STRATA_FACTS(categories, references(categories.parent_id, categories.id), unique(categories.name))

struct Product {
    std::int64_t id{};
    std::string code{};
    std::string name{};
    std::optional<std::string> note{};
    strata::Decimal price{};
    std::int32_t stock{};
    strata::Json attributes{};
    std::optional<std::int64_t> category_id{};
    std::optional<strata::TimestampTz> removed_at{};
};
STRATA_MODEL(Product, products, id, code, name, note, price, stock, attributes, category_id, removed_at)
STRATA_FACTS(products, max_length(products.code, 20), unique(products.code), precision(products.price, 10, 2),
             references(products.category_id, categories.id))

struct Order {
    std::int64_t id{};
    std::int64_t customer_id{};
    Status status{};
    strata::Decimal total{};
    strata::TimestampTz ordered_at{};
    std::optional<strata::TimestampTz> sent_at{};
    std::int32_t version{};
};
STRATA_MODEL(Order, orders, id, customer_id, status, total, ordered_at, sent_at, version)
STRATA_FACTS(orders, references(orders.customer_id, customers.id), precision(orders.total, 12, 2),
             server_default(orders.ordered_at, now()), version_column(orders.version))

struct Line {
    std::int64_t id{};
    std::int64_t order_id{};
    std::int64_t product_id{};
    std::int32_t quantity{};
    strata::Decimal price{};
};
STRATA_MODEL(Line, lines, id, order_id, product_id, quantity, price)
STRATA_FACTS(lines, references(lines.order_id, orders.id, on_delete::cascade),
             references(lines.product_id, products.id), precision(lines.price, 10, 2))

struct Payment {
    std::int64_t id{};
    std::int64_t order_id{};
    Method method{};
    strata::Decimal amount{};
    strata::TimestampTz paid_at{};
};
STRATA_MODEL(Payment, payments, id, order_id, method, amount, paid_at)
STRATA_FACTS(payments, references(payments.order_id, orders.id), precision(payments.amount, 12, 2))

struct Review {
    std::int64_t id{};
    std::int64_t product_id{};
    std::int64_t customer_id{};
    std::int32_t stars{};
    std::optional<std::string> words{};
    strata::Date day{};
};
STRATA_MODEL(Review, reviews, id, product_id, customer_id, stars, words, day)
STRATA_FACTS(reviews, references(reviews.product_id, products.id), references(reviews.customer_id, customers.id),
             unique(reviews.product_id, reviews.customer_id))

struct Event {
    strata::Uuid id{};
    std::string kind{};
    std::optional<std::int64_t> customer_id{};
    strata::Json body{};
    strata::TimestampTz at{};
};
STRATA_MODEL(Event, events, id, kind, customer_id, body, at)

}  // namespace shop
