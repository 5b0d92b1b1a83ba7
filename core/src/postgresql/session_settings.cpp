#include "session_settings.hpp"

#include <algorithm>
#include <cctype>

namespace strata::core::postgresql {

namespace {

struct Setting {
    std::string_view name;
    std::string_view value;
    bool may_be_own = false;  // only behaviour that a user may want to change depends on it
};

/// https://www.postgresql.org/docs/15/runtime-config-client.html
constexpr Setting settings[] = {
    {"standard_conforming_strings", "on"},
    {"client_encoding", "UTF8"},
    {"DateStyle", "ISO, MDY"},
    {"IntervalStyle", "postgres"},
    {"bytea_output", "hex"},
    {"extra_float_digits", "1"},
    {"array_nulls", "on"},
    {"transform_null_equals", "off"},
    {"quote_all_identifiers", "off"},
    {"TimeZone", "UTC", true},
    {"row_security", "on", true},
    {"default_transaction_isolation", "read committed", true},
    {"default_transaction_read_only", "off", true},
    {"default_transaction_deferrable", "off", true},
};

bool names(std::string_view own_settings, std::string_view setting) {
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    return std::search(own_settings.begin(), own_settings.end(), setting.begin(), setting.end(), same) !=
           own_settings.end();
}

}  // namespace

std::string set_up_sql(std::string_view own_settings, int backend_pid) {
    std::string sql = "SELECT ";
    for (const Setting& setting : settings) {
        if (setting.may_be_own && names(own_settings, setting.name)) continue;
        if (!sql.ends_with("SELECT ")) sql += ", ";
        sql += "pg_catalog.set_config('";
        sql += setting.name;
        sql += "', '";
        sql += setting.value;
        sql += "', false)";
    }
    if (backend_pid != 0) sql += " WHERE pg_catalog.pg_backend_pid() = " + std::to_string(backend_pid);
    return sql;
}

std::string restore_sql(std::string_view own_settings, bool keep_locks) {
    std::string sql =
        "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; ";
    if (!keep_locks) sql += "SELECT pg_catalog.pg_advisory_unlock_all(); ";
    return sql + set_up_sql(own_settings, 0);
}

const char* const restore_shared_sql = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; DISCARD TEMP";

const char* const unfit_settings_sql =
    "SELECT name || ' = ' || pg_catalog.current_setting(name) FROM (VALUES "
    "('standard_conforming_strings', pg_catalog.current_setting('standard_conforming_strings') = 'on'), "
    "('client_encoding', pg_catalog.current_setting('client_encoding') = 'UTF8'), "
    "('DateStyle', pg_catalog.current_setting('DateStyle') LIKE 'ISO%'), "
    "('extra_float_digits', pg_catalog.current_setting('extra_float_digits')::integer >= 1), "
    "('array_nulls', pg_catalog.current_setting('array_nulls') = 'on'), "
    "('transform_null_equals', pg_catalog.current_setting('transform_null_equals') = 'off'), "
    "('default_transaction_read_only', pg_catalog.current_setting('default_transaction_read_only') = 'off')"
    ") AS needed (name, fits) WHERE NOT fits";

detail::Staleness staleness_of(const PGresult* result) noexcept {
    using detail::Staleness;
    const std::string_view state = sqlstate(result);
    if (state == "26000") return Staleness::stale;  // after DISCARD, for example
    if (state == "0A000") {
        // "cached plan must not change result type", in any language: the function's name is not translated.
        const char* function = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION);
        return function != nullptr && std::string_view(function) == "RevalidateCachedQuery" ? Staleness::stale
                                                                                            : Staleness::fresh;
    }
    // A type was created anew, or a column has another type now. The statement was right when it was analysed.
    if (state == "XX000" || state.starts_with("42")) return Staleness::maybe;
    // A parameter keeps the type that its column had.
    if (state == "22003" || state == "22P02" || state == "22P03") return Staleness::unlikely;
    return Staleness::fresh;
}

}  // namespace strata::core::postgresql
