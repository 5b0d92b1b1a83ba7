// expect: the rows of two queries are ordered by their columns
#include "models.hpp"

void mistake() {
    const auto emails = select(users.email).from(users);
    (void)emails.union_all(emails).order_by(users.email);
}
