// expect: raw() takes a literal, whose values are given beside it as ?
#include "models.hpp"

void mistake(const dal::Database& db, const std::string& title) {
    (void)db(songs).where(raw<bool>("title = '" + title + "'")).all();
}
