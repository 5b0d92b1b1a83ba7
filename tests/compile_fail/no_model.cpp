// expect: no STRATA_MODEL describes this type
#include "models.hpp"
struct Plain {
    std::int64_t id{};
};

void mistake(const dal::Database& db) { db.insert(Plain{}); }
