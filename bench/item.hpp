#pragma once

#include <strata/core/model.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

/// Six columns of the usual kinds.
struct Item {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> note{};
    std::int64_t quantity{};
    double price{};
    bool active{};
};
STRATA_MODEL(Item, items, id, name, note, quantity, price, active)

inline std::vector<Item> make_items(std::int64_t count) {
    std::vector<Item> made;
    made.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 1; i <= count; ++i) {
        Item item{.id = i, .name = "item number " + std::to_string(i), .quantity = i * 7 % 1000};
        if (i % 3 != 0) item.note = "a note of moderate length on it";
        item.price = static_cast<double>(i % 10000) / 8;
        item.active = i % 2 == 0;
        made.push_back(std::move(item));
    }
    return made;
}

}  // namespace bench
