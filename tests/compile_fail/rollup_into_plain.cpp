// expect: do not take the selected elements
#include "models.hpp"

struct Row {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(Row, (), (email))

void mistake() { (void)select(users.email).from(users).group_by(dal::rollup(users.email)).into<Row>(); }
