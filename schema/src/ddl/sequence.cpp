#include <strata/schema/internal/statements.hpp>

namespace strata::schema {

std::string statements::sequence_options(const SequenceOptions& options) {
    std::string sql;
    const auto number = [&](const char* words, const std::optional<std::int64_t>& value) {
        if (value) sql += words + std::to_string(*value);
    };
    number(" INCREMENT BY ", options.increment);
    number(" MINVALUE ", options.minimum);
    number(" MAXVALUE ", options.maximum);
    number(" START WITH ", options.start);
    number(" CACHE ", options.cache);
    if (options.cycle) sql += " CYCLE";
    return sql;
}

}  // namespace strata::schema
