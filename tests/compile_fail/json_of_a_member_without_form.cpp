// expect: strata: a member of this struct has no form in JSON
#include "row_structs.hpp"

struct Holder {
    std::string name{};
    Plain plain{};
};
BOOST_DESCRIBE_STRUCT(Holder, (), (name, plain))

void mistake() { (void)dal::to_json(Holder{}); }
