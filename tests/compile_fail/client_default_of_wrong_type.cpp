// expect: a client default is a lambda without captures that returns a value of the column's type
#include "models.hpp"

struct Page {
    std::int64_t id{};
    std::string title{};
};
STRATA_MODEL(Page, pages, id, title)
STRATA_FACTS(pages, client_default(pages.title, [] { return 5; }))
