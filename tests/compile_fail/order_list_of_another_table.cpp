// expect: names a column of another table
#include "models.hpp"

void mistake() {
    dal::OrderList<Song> order;
    order.add(users.email);
}
