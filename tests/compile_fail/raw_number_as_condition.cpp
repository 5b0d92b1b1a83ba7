// expect: this is not a condition
#include "models.hpp"

void mistake(const dal::Database& db) { (void)db(songs).where(raw<std::int64_t>("length(?)", songs.title)).all(); }
