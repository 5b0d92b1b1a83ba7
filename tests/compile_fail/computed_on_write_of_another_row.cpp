// expect: computed_on_write() takes a lambda without captures
#include "models.hpp"

struct Page {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Page, pages, id, title)
STRATA_FACTS(pages, computed_on_write(pages.title, [](const User&) { return std::string(); }))
