// expect: strata: given() has a value of another type than the member
#include "row_structs.hpp"

void mistake(const dal::Database& db) {
    db.insert(dal::make<Song>(NewSong{}, dal::given<&Song::created_at>(std::string("now"))));
}
