// expect: strata: this is a view, whose rows are only read
#include "row_structs.hpp"

struct NewListed {
    std::int64_t id{};
    std::string title{};
};
BOOST_DESCRIBE_STRUCT(NewListed, (), (id, title))

void mistake(const dal::Database& db) { db.insert(dal::make<SongList>(NewListed{})); }
