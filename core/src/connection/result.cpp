#include <strata/core/result.hpp>

#include <exception>

namespace strata::core::detail {

namespace {

class CaughtError final : public Failure {
public:
    CaughtError(std::exception_ptr exception, const Error& error) : exception_(std::move(exception)), error_(error) {}
    [[nodiscard]] const Error& error() const noexcept override { return error_; }
    [[noreturn]] void raise() const override { std::rethrow_exception(exception_); }

private:
    const std::exception_ptr exception_;
    const Error& error_;  // the exception itself
};

}  // namespace

Caught attempt(FunctionRef<void()> call) {
    try {
        call();
        return Caught(nullptr);
    } catch (const Error& error) {
        return Caught(new CaughtError(std::current_exception(), error));
    }
}

void fail_no_error() { throw UsageError("error() of a result that has a value"); }

}  // namespace strata::core::detail
