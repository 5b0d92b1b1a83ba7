#pragma once

#include <strata/core/error.hpp>

#include <string>
#include <vector>

namespace strata {

/// A number or a text that a rule compares with, by its name: `{"max", "255"}`.
struct Limit {
    std::string name;
    std::string value;
    bool operator==(const Limit&) const = default;
};

/// One thing that is wrong with a value. It never holds the value itself, so it may be shown and logged.
struct Violation {
    std::string path;     ///< of the member: `email`, `address.zip`, `lines[2].price`; empty: the whole
    std::string code;     ///< stable, for programs: docs/rows.md lists them
    std::string message;  ///< for people, without the path
    std::vector<Limit> limits{};
    std::size_t line = 0;  ///< of a text that has lines, from 1; 0: none
    bool operator==(const Violation&) const = default;
};
using Violations = std::vector<Violation>;

/// Values that rules or types refuse, all of them at once.
class ValidationError : public ValueError {
public:
    explicit ValidationError(Violations violations);
    ValidationError(const std::string& message, Violations violations, ErrorDetails details = {});
    ValidationError(const ValidationError&) noexcept;
    ValidationError& operator=(const ValidationError&) noexcept;
    ~ValidationError() override;

    [[nodiscard]] const Violations& violations() const noexcept;

private:
    void raise_same(const std::string& message, const ErrorDetails& details) const override;

    struct Kept;
    core::detail::Shared<Kept> kept_;
};

}  // namespace strata
