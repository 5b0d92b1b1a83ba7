#include "functions.hpp"

namespace strata::core::sqlite {

void add_functions(::sqlite3* handle) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC;
    for (const Functions functions : {text_functions(), time_functions(), json_functions(), decimal_functions()}) {
        for (const auto& [name, count, call] : functions)
            sqlite3_create_function_v2(handle, name, count, flags, nullptr, call, nullptr, nullptr, nullptr);
    }
    add_aggregate_functions(handle);
}

}  // namespace strata::core::sqlite
