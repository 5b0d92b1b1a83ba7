// expect: as() reads std::string, std::int64_t, double, Decimal, bool or Json
#include "models.hpp"

void mistake(const dal::Database& db) {
    (void)db.all(select(dal::json(dal::json_object("a", songs.id)).at("a").as<float>()).from(songs));
}
