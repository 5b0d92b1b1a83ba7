// expect: strata: write_csv() takes models
#include "row_structs.hpp"

struct Holder {
    std::string name{};
    NewSong song{};
};
BOOST_DESCRIBE_STRUCT(Holder, (), (name, song))

void mistake(std::ostream& out) { dal::write_csv(out, std::vector<Holder>()); }
