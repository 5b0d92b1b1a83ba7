#pragma once

// What requests and answers have. Members are the model's by name; what does not fit it does not compile.

#include "models.hpp"

#include <strata/dal/patch.hpp>

#include <boost/describe/class.hpp>

#include <vector>

namespace service {

struct NewProduct {
    using Model = Product;  // whose rules hold
    std::string code{};
    std::string name{};
    strata::Decimal price{};
    std::int32_t stock{};
    strata::dal::Patch<std::optional<std::string>> note{};  // may be left out
};
BOOST_DESCRIBE_STRUCT(NewProduct, (), (code, name, price, stock, note))

/// What is absent stays as it is.
struct ProductPatch {
    using Model = Product;
    strata::dal::Patch<std::string> name{};
    strata::dal::Patch<strata::Decimal> price{};
    strata::dal::Patch<std::int32_t> stock{};
    strata::dal::Patch<std::optional<std::string>> note{};  // absent, null or a text
};
BOOST_DESCRIBE_STRUCT(ProductPatch, (), (name, price, stock, note))

struct ProductCard {
    std::int64_t id{};
    std::string code{};
    std::string name{};
    strata::Decimal price{};
    std::int32_t stock{};
    std::optional<std::string> note{};
};
BOOST_DESCRIBE_STRUCT(ProductCard, (), (id, code, name, price, stock, note))

struct ProductPage {
    std::vector<ProductCard> items{};
    std::optional<std::int64_t> next{};  // where the next page begins: Search::after
};
BOOST_DESCRIBE_STRUCT(ProductPage, (), (items, next))

/// A search form: what is empty does not narrow the search.
struct Search {
    std::optional<std::string> name{};
    std::optional<strata::Decimal> least{};
    std::optional<strata::Decimal> most{};
    bool in_stock = false;
    std::optional<std::int64_t> after{};
    std::int32_t limit = 20;
};

struct Fault {
    std::string path{};
    std::string code{};
    std::string message{};
};
BOOST_DESCRIBE_STRUCT(Fault, (), (path, code, message))

}  // namespace service
