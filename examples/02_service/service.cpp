#include "service.hpp"

#include "repository.hpp"

#include <strata/dal.hpp>
#include <strata/dal/json.hpp>
#include <strata/dal/structs.hpp>

namespace service {

using namespace strata;

namespace {

Response failed(int status, const Violations& faults) {
    std::vector<Fault> list;
    for (const Violation& fault : faults) list.push_back({fault.path, fault.code, fault.message});
    return {status, dal::to_json(list)};
}
Response failed(int status, const char* code, const char* message) {
    return {status, dal::to_json(std::vector<Fault>{{"", code, message}})};
}
Response card(int status, const Product& product) { return {status, dal::to_json(dal::as<ProductCard>(product))}; }
Response not_found() { return failed(404, "not_found", "there is no such product"); }

/// Reads the input, or answers what is wrong with it, all at once.
template <class Input, class Call>
Response with_input(const std::string& json, const Call& call) {
    try {
        const auto input = dal::parse_json<Input>(json);
        return input ? call(input.value) : failed(422, input.violations);
    } catch (const ValidationError& error) {
        return failed(422, error.violations());
    } catch (const UniqueViolation&) {
        return failed(409, "exists", "a product has this code");
    } catch (const NotFound&) {
        return not_found();
    }
}

}  // namespace

Response Service::post_product(std::int64_t shop_id, const std::string& json) const {
    return with_input<NewProduct>(
        json, [&](const NewProduct& input) { return card(201, add_product(database_of(all_, shop_id), input)); });
}

Response Service::put_product(std::int64_t shop_id, const std::string& json) const {
    return with_input<NewProduct>(json, [&](const NewProduct& input) {
        return card(200, service::put_product(database_of(all_, shop_id), input));
    });
}

Response Service::patch_product(std::int64_t shop_id, std::int64_t id, const std::string& json) const {
    return with_input<ProductPatch>(json, [&](const ProductPatch& patch) {
        return card(200, change_product(database_of(all_, shop_id), id, patch));
    });
}

Response Service::delete_product(std::int64_t shop_id, std::int64_t id) const {
    return remove_product(database_of(all_, shop_id), id) ? Response{204} : not_found();
}

Response Service::get_product(std::int64_t shop_id, std::int64_t id) const {
    const auto found = database_of(all_, shop_id).get(products, id);
    return found ? card(200, *found) : not_found();
}

Response Service::get_products(std::int64_t shop_id, const Search& search) const {
    ProductPage page{.items = dal::as_each<ProductCard>(find_products(database_of(all_, shop_id), search))};
    if (page.items.size() == static_cast<std::size_t>(search.limit)) page.next = page.items.back().id;
    return {200, dal::to_json(page)};
}

}  // namespace service
