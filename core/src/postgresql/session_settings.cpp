#include "session_settings.hpp"

#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <cctype>
#include <random>
#include <vector>

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
    {"backslash_quote", "safe_encoding"},
    {"xmlbinary", "base64"},
    {"xmloption", "content"},
    {"gin_fuzzy_search_limit", "0", true},
    {"TimeZone", "UTC", true},
    {"row_security", "on", true},
    {"default_transaction_isolation", "read committed", true},
    {"default_transaction_read_only", "off", true},
    {"default_transaction_deferrable", "off", true},
};

/// The words of libpq's option `options`; a backslash keeps a blank within a word.
/// https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-CONNECT-OPTIONS
std::vector<std::string> words_of(std::string_view options) {
    std::vector<std::string> words;
    bool inside = false;
    for (std::size_t i = 0; i < options.size(); ++i) {
        const bool blank = std::isspace(static_cast<unsigned char>(options[i])) != 0;
        if (!blank && !inside) words.emplace_back();
        inside = !blank;
        if (blank) continue;
        if (options[i] == '\\' && i + 1 < options.size()) ++i;
        words.back() += options[i];
    }
    return words;
}

/// The settings that the options give: `-c name=value`, `-cname=value` and `--name=value`, where `-` in the name means
/// `_`. https://www.postgresql.org/docs/15/app-postgres.html
std::vector<std::string> names_of(std::string_view options) {
    std::vector<std::string> names;
    const std::vector<std::string> words = words_of(options);
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word.starts_with("--") || word.starts_with("-c"))
            word.remove_prefix(2);
        else
            continue;
        if (word.empty() && i + 1 < words.size()) word = words[++i];
        std::string name = internal::lower(word.substr(0, word.find('=')));
        std::ranges::replace(name, '-', '_');
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace

std::string set_up_sql(std::string_view own_settings, int backend_pid) {
    std::string sql = "SELECT ";
    const std::vector<std::string> own = names_of(own_settings);
    for (const Setting& setting : settings) {
        if (setting.may_be_own && std::ranges::find(own, internal::lower(setting.name)) != own.end()) continue;
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
    // A function may have set the seed of random(), so that nobody else can foresee the numbers that come.
    std::random_device random;
    sql += "SELECT pg_catalog.setseed(" + std::to_string(random() % 1'000'000) + " / 1e6); ";
    return sql + set_up_sql(own_settings, 0) +
           "; SELECT 1 FROM pg_catalog.pg_prepared_statements WHERE from_sql LIMIT 1";
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
    "('IntervalStyle', pg_catalog.current_setting('IntervalStyle') = 'postgres'), "
    "('bytea_output', pg_catalog.current_setting('bytea_output') = 'hex'), "
    "('quote_all_identifiers', pg_catalog.current_setting('quote_all_identifiers') = 'off'), "
    "('xmlbinary', pg_catalog.current_setting('xmlbinary') = 'base64'), "
    "('xmloption', pg_catalog.current_setting('xmloption') = 'content'), "
    "('row_security', pg_catalog.current_setting('row_security') = 'on'), "
    "('default_transaction_isolation', pg_catalog.current_setting('default_transaction_isolation') = "
    "'read committed'), "
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
    constexpr std::string_view of_types[] = {"XX000", "42704", "42804", "42883", "42725", "42846", "42P08", "42P18"};
    if (std::ranges::find(of_types, state) != std::end(of_types)) return Staleness::maybe;
    // A parameter keeps the type that its column had.
    if (state == "22003" || state == "22P02" || state == "22P03") return Staleness::unlikely;
    return Staleness::fresh;
}

}  // namespace strata::core::postgresql
