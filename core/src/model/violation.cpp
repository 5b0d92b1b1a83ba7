#include <strata/core/violation.hpp>

#include <algorithm>

namespace strata {

struct ValidationError::Kept : core::detail::SharedCount {
    explicit Kept(Violations all) : violations(std::move(all)) {}
    Violations violations;
};

namespace {

constexpr std::size_t most_named = 5;

std::string one_line(const Violations& violations) {
    std::string line =
        violations.size() == 1 ? "a value is refused: " : std::to_string(violations.size()) + " values are refused: ";
    for (std::size_t i = 0; i < std::min(violations.size(), most_named); ++i) {
        if (i > 0) line += "; ";
        if (violations[i].line > 0) line += "line " + std::to_string(violations[i].line) + ' ';
        if (!violations[i].path.empty()) line += violations[i].path + ' ';
        line += violations[i].message;
    }
    if (violations.size() > most_named) line += "; ...";
    return line;
}

ErrorDetails with_code(ErrorDetails details) {
    if (details.code.empty()) details.code = "22023";
    return details;
}

}  // namespace

ValidationError::ValidationError(Violations violations)
    : ValueError(one_line(violations), with_code({})), kept_(new Kept(std::move(violations))) {}
ValidationError::ValidationError(const std::string& message, Violations violations, ErrorDetails details)
    : ValueError(message, with_code(std::move(details))), kept_(new Kept(std::move(violations))) {}
ValidationError::ValidationError(const ValidationError&) noexcept = default;
ValidationError& ValidationError::operator=(const ValidationError&) noexcept = default;
ValidationError::~ValidationError() = default;

const Violations& ValidationError::violations() const noexcept { return kept_->violations; }

void ValidationError::raise_same(const std::string& message, const ErrorDetails& details) const {
    throw ValidationError(message, violations(), details);
}

}  // namespace strata
