#pragma once

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <stdexcept>
#include <string>

// libpq, as a careful program uses it.
namespace bench::postgresql {

struct Close {
    void operator()(PGconn* handle) const { PQfinish(handle); }
    void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, Close>;
using Result = std::unique_ptr<PGresult, Close>;

inline Result checked(PGconn* handle, PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) {
        throw std::runtime_error(PQerrorMessage(handle));
    }
    return Result(result);
}

template <class Number>
Number number(const char* text, int length) {
    Number value{};
    std::from_chars(text, text + length, value);
    return value;
}

inline void append(std::string& out, auto value) {
    char text[32];
    out.append(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace bench::postgresql
