#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <numeric>

namespace strata::schema {
namespace {

/// How many letters must be added, removed or changed to make one of the other (Levenshtein's distance).
std::size_t distance(const std::string& left, const std::string& right) {
    std::vector<std::size_t> row(right.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < left.size(); ++i) {
        std::size_t diagonal = row[0]++;
        for (std::size_t j = 0; j < right.size(); ++j) {
            const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

/// The name that a typing error may have made this of; empty when none is near.
std::string nearest(const std::string& wrong, const std::vector<std::string>& names) {
    const std::string typed = core::internal::lower(wrong);
    std::size_t least = std::max<std::size_t>(1, wrong.size() / 3) + 1;
    std::string found;
    for (const auto& name : names)
        if (const auto far = distance(typed, core::internal::lower(name)); far < least) {
            least = far;
            found = name;
        }
    return found;
}

}  // namespace

void check_schema_names(const std::vector<std::string>& schemas, const std::vector<std::string>& known) {
    for (const auto& schema : schemas) {
        if (std::find(known.begin(), known.end(), schema) != known.end()) continue;
        const std::string meant = nearest(schema, known);
        throw UsageError("there is no schema " + schema + (meant.empty() ? "" : "; did you mean " + meant + "?"));
    }
}

}  // namespace strata::schema
