#pragma once

#include <strata/core/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace guestbook {

struct Guest {
    std::int64_t id{};
    std::string name{};
    std::optional<std::string> greeting{};
    strata::TimestampTz signed_at{};
};
STRATA_MODEL(Guest, guests, id, name, greeting, signed_at)
STRATA_FACTS(guests, max_length(guests.name, 100), server_default(guests.signed_at, now()))

}  // namespace guestbook
