#include <strata/core/error.hpp>

#include <utility>

namespace strata {

struct Error::SharedDetails : core::detail::SharedCount {
    explicit SharedDetails(ErrorDetails&& its_details) : details(std::move(its_details)) {}
    ErrorDetails details;
};

Error::Error(const std::string& message, ErrorDetails details)
    : std::runtime_error(message), shared_(new SharedDetails(std::move(details))) {}

Error::Error(const Error& other) noexcept = default;
Error& Error::operator=(const Error& other) noexcept = default;
Error::~Error() = default;

const ErrorDetails& Error::details() const noexcept { return shared_->details; }

const std::string& Error::column() const noexcept {
    static const std::string none;
    return columns().empty() ? none : columns().front();
}

void Error::raise_again(const std::string& message, const ErrorDetails& details) const {
    raise_same(message, details);
    throw Error(message, details);
}

void Error::raise_same(const std::string& message, const ErrorDetails& details) const { throw Error(message, details); }

}  // namespace strata
