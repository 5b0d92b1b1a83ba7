#include <strata/core/error.hpp>

#include <atomic>
#include <utility>

namespace strata {

struct Error::Shared {
    ErrorDetails details;
    std::atomic<int> owners{1};
};

Error::Error(const std::string& message, ErrorDetails details)
    : std::runtime_error(message), shared_(new Shared{std::move(details)}) {}

Error::Error(const Error& other) noexcept : std::runtime_error(other), shared_(other.shared_) { ++shared_->owners; }

Error& Error::operator=(const Error& other) noexcept {
    Error copy(other);
    std::runtime_error::operator=(copy);
    std::swap(shared_, copy.shared_);
    return *this;
}

Error::~Error() {
    if (--shared_->owners == 0) delete shared_;
}

const ErrorDetails& Error::details() const noexcept { return shared_->details; }

}  // namespace strata
