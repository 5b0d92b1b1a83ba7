#include <strata/migrate/arguments.hpp>
#include <strata/migrate/operations.hpp>

#include <utility>

namespace strata::migrate {

namespace {

const Arguments* latest = nullptr;

}  // namespace

Arguments::Arguments(Values values) : values_(std::move(values)), before_(std::exchange(latest, this)) {}

Arguments::~Arguments() { latest = before_; }

std::optional<std::string> Arguments::find(std::string_view key) {
    if (latest == nullptr) return std::nullopt;
    const auto found = latest->values_.find(key);
    return found == latest->values_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> Operations::argument(std::string_view key) { return Arguments::find(key); }

}  // namespace strata::migrate
