// expect: strata: this is a view, whose rows are only read
#include "row_structs.hpp"

struct TitlePatch {
    dal::Patch<std::string> title{};
};
BOOST_DESCRIBE_STRUCT(TitlePatch, (), (title))

void mistake(const dal::Database& db) { db.patch(song_list, 1, TitlePatch{}); }
