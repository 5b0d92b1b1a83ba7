#include "support/without_exceptions.hpp"

using namespace dal_test;
using namespace strata;

namespace without_exceptions {

namespace {

std::string name_of(const Error& error) {
    if (dynamic_cast<const UniqueViolation*>(&error) != nullptr) return "unique";
    if (dynamic_cast<const NoSuchTable*>(&error) != nullptr) return "no such table";
    return error.what();
}

}  // namespace

std::string add_user(const dal::Database& dal, const std::string& email) {
    const Result<User> user = dal.try_insert(User{.email = email});
    return user ? std::to_string(user->id) : name_of(user.error());
}

std::string add_both(const dal::Database& dal, const std::string& first, const std::string& second) {
    const Result<std::int64_t> count = dal.try_transaction([&](dal::Transaction& tx) -> Result<std::int64_t> {
        for (const std::string& email : {first, second}) {
            const Result<User> user = tx.try_insert(User{.email = email});
            if (!user) return user.failed();
        }
        return tx(users.email == first || users.email == second).try_count();
    });
    return count ? std::to_string(*count) : name_of(count.error());
}

std::string count_devices(const dal::Database& dal) {
    const auto rows = dal(devices.name == "a text that is too long for a small string").try_all();
    return rows ? std::to_string(rows->size()) : name_of(rows.error());
}

}  // namespace without_exceptions
