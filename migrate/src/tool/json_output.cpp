#include "json_output.hpp"

#include <iostream>
#include <utility>

namespace strata::migrate {

namespace json = boost::json;

json::array array_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

void print_json(json::object members) {
    json::object object{{"format", 1}};
    for (auto& [key, value] : members) object[key] = std::move(value);
    std::cout << json::serialize(object) << "\n";
}

}  // namespace strata::migrate
