#pragma once

#include <strata/core/types.hpp>

#include <sqlite3.h>

#include <exception>
#include <new>
#include <optional>
#include <span>
#include <string_view>

/// The functions that our connections add for expressions of the DAL that SQLite has no words for. All are innocuous;
/// their names start with strata_, and no schema uses them.
namespace strata::core::sqlite {

/// Adds all of them.
void add_functions(::sqlite3* handle);

/// The number that a value is, exact to the 15 digits that a double has; empty for NULL and bytes.
[[nodiscard]] std::optional<Decimal> decimal_of(sqlite3_value* value);
/// Whether a decimal can have so many digits after its point.
[[nodiscard]] bool fits(const Decimal& value, int scale);

/// The bytes of a text; borrows from the value.
[[nodiscard]] inline std::string_view text_of(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}
inline void return_text(sqlite3_context* context, std::string_view text) {
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

using FunctionCall = void (*)(sqlite3_context* context, int count, sqlite3_value** arguments);

/// A call for SQLite, which knows no exceptions.
template <FunctionCall Call>
void guarded(sqlite3_context* context, int count, sqlite3_value** arguments) {
    try {
        Call(context, count, arguments);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}
/// The same, and NULL where an argument is NULL.
template <FunctionCall Call>
void strict(sqlite3_context* context, int count, sqlite3_value** arguments) {
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return;
    }
    guarded<Call>(context, count, arguments);
}

/// A function whose result depends on its arguments alone.
struct Function {
    const char* name;
    int count;  ///< of its arguments; -1: any number
    FunctionCall call;
};

using Functions = std::span<const Function>;
[[nodiscard]] Functions text_functions();
[[nodiscard]] Functions time_functions();
[[nodiscard]] Functions json_functions();
[[nodiscard]] Functions decimal_functions();
void add_aggregate_functions(::sqlite3* handle);

}  // namespace strata::core::sqlite
