#include <strata/schema/detail/sqlite/errors.hpp>

#include <charconv>

namespace strata::schema::detail::sqlite {

bool is_about_schema(const Error& error) {
    if (error.connection_lost() || error.retryable()) return false;
    int code = 1;  // our own errors have no code
    std::from_chars(error.code().data(), error.code().data() + error.code().size(), code);
    return (code & 0xff) == 1;
}

}  // namespace strata::schema::detail::sqlite
