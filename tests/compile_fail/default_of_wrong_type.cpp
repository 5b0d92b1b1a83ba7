// expect: a server default is a constant of the column's type, now() or sql(...)
#include "models.hpp"

struct Counter {
    std::int64_t id{};
    std::int32_t count{};
};
STRATA_MODEL(Counter, counters, id, count)
STRATA_FACTS(counters, server_default(counters.count, 1.5))

const auto& facts = strata::core::table_info<Counter>().facts();
