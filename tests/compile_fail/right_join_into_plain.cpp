// expect: do not take the selected elements
#include "models.hpp"

struct Row {
    std::string email;
};
BOOST_DESCRIBE_STRUCT(Row, (), (email))

void mistake() { (void)select(users.email).from(users).right_join(songs, songs.user_id == users.id).into<Row>(); }
