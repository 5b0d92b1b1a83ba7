// expect: the struct's members do not take the selected elements
#include "models.hpp"
struct Contact {
    std::string email;
    std::string phone;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (email, phone))

void mistake(const dal::Database& db) { (void)db.all(select(users.email, users.phone).from(users).into<Contact>()); }
