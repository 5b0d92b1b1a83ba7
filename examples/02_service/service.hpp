#pragma once

#include "types.hpp"

#include <strata/dal/database.hpp>

#include <string>

namespace service {

/// An answer as HTTP has it: a status, and JSON.
struct Response {
    int status = 200;
    std::string body{};
};

/// A service without a network: each request is a call. Thread safe.
class Service {
public:
    explicit Service(strata::dal::Database all) : all_(std::move(all)) {}

    [[nodiscard]] Response post_product(std::int64_t shop_id, const std::string& json) const;
    [[nodiscard]] Response put_product(std::int64_t shop_id, const std::string& json) const;
    [[nodiscard]] Response patch_product(std::int64_t shop_id, std::int64_t id, const std::string& json) const;
    [[nodiscard]] Response delete_product(std::int64_t shop_id, std::int64_t id) const;
    [[nodiscard]] Response get_product(std::int64_t shop_id, std::int64_t id) const;
    [[nodiscard]] Response get_products(std::int64_t shop_id, const Search& search) const;

private:
    const strata::dal::Database all_;
};

}  // namespace service
