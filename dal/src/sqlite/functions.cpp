#include "functions.hpp"

#include "../detail/function_texts.hpp"

namespace strata::dal::detail::sqlite {

namespace {

/// Functions called strata_... are those of our connections: core/src/sqlite/functions.cpp.
/// https://www.sqlite.org/lang_corefunc.html
constexpr FunctionText table[] = {
    {Function::trim, "trim(#*)"},
    {Function::trim_left, "ltrim(#*)"},
    {Function::trim_right, "rtrim(#*)"},
    {Function::replace, "replace(#*)"},
    {Function::position, "instr(#*)"},
    {Function::left, "substr(#0, 1, max(#1, 0))"},
    {Function::right, "strata_right(#*)"},
    {Function::pad_left, "strata_lpad(#*)"},
    {Function::pad_right, "strata_rpad(#*)"},
    {Function::reverse, "strata_reverse(#0)"},
    {Function::repeat, "strata_repeat(#*)"},
    {Function::concat_ws, "strata_concat_ws(#*)"},
    {Function::split_part, "strata_split_part(#*)"},
    {Function::octet_length, "length(CAST(#0 AS BLOB))"},
    {Function::matches, "strata_matches(#1, #0, 0)"},
    {Function::matches_folded, "strata_matches(#1, #0, 1)"},
    {Function::regex_replace, "strata_regex_replace(#1, #0, #2)"},
    {Function::null_if, ""},
    {Function::greatest, "max"},
    {Function::least, "min"},
    {Function::round, "round(#0, #1)"},
    {Function::ceiling, "ceil(#0)"},
    {Function::floor, "floor(#0)"},
    {Function::truncate, "trunc(#0)"},
    {Function::power,
     "(CASE WHEN (#0 = 0 AND #1 < 0) OR (#0 < 0 AND #1 <> floor(#1)) THEN NULL ELSE CAST(power(#0, #1) AS REAL) END)"},
    {Function::square_root, "(CASE WHEN #0 >= 0 THEN sqrt(#0) END)"},
    {Function::exponential, "exp(#0)"},
    {Function::logarithm, "(CASE WHEN #0 > 0 THEN ln(#0) END)"},
    {Function::sign, "sign(#0)"},
    {Function::random, "((random() & 9007199254740991) / 9007199254740992.0)"},
    {Function::now, "strftime('%Y-%m-%d %H:%M:%f000', 'now')"},
    {Function::today, "date('now')"},
    {Function::truncate_date, "strata_truncate(#*)"},
    {Function::truncate_timestamp, "strata_truncate(#*)"},
    {Function::truncate_instant, "strata_truncate(#*)"},
    {Function::add_to_date, "strata_add_interval(#0, #1, #2, 0)"},
    {Function::add_to_timestamp, "strata_add_interval(#*)"},
    {Function::add_to_instant, "strata_add_interval(#*)"},
    {Function::days_between, "((strata_microseconds(#1) - strata_microseconds(#0)) / 86400000000)"},
    {Function::microseconds_between, "(strata_microseconds(#1) - strata_microseconds(#0))"},
    {Function::date_part, "strata_date_part(#*)"},
    {Function::instant_part, "strata_date_part(#*)"},
    {Function::epoch, "(strata_microseconds(#0) / 1000000.0)"},
    {Function::format_time, "strata_format(#*)"},
    {Function::format_instant, "strata_format(#*)"},
    {Function::string_agg, "strata_string_agg"},
    {Function::array_agg, "strata_array_agg"},
    {Function::json_agg, "strata_json_agg"},
    {Function::json_object_agg, "strata_json_object_agg"},
    {Function::bool_and, "min(#0)"},
    {Function::bool_or, "max(#0)"},
    {Function::stddev, "strata_stddev(#0)"},
    {Function::variance, "strata_variance(#0)"},
    {Function::json_get, "(#0 -> #1)"},
    {Function::json_text,
     "(CASE json_type(#0, #1) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract(#0, #1) AS "
     "TEXT) "
     "END)"},
    {Function::json_integer,
     "(CASE json_type(#0, #1) WHEN 'integer' THEN json_extract(#0, #1) WHEN 'real' THEN CASE WHEN json_extract(#0, #1) "
     "= CAST(json_extract(#0, #1) AS INTEGER) AND abs(json_extract(#0, #1)) < 9.2e18 THEN CAST(json_extract(#0, #1) AS "
     "INTEGER) END END)"},
    {Function::json_real,
     "(CASE WHEN json_type(#0, #1) IN ('integer', 'real') THEN CAST(json_extract(#0, #1) AS REAL) END)"},
    {Function::json_decimal, "(CASE WHEN json_type(#0, #1) IN ('integer', 'real') THEN json_extract(#0, #1) END)"},
    {Function::json_boolean, "(CASE json_type(#0, #1) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END)"},
    {Function::json_exists, "(CASE WHEN #0 IS NOT NULL THEN json_type(#0, #1) IS NOT NULL END)"},
    {Function::json_is_null, "(CASE WHEN #0 IS NOT NULL THEN coalesce(json_type(#0, #1) = 'null', 0) END)"},
    {Function::json_type,
     "(CASE json_type(#0, #1) WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean' WHEN 'integer' THEN 'number' WHEN "
     "'real' THEN 'number' WHEN 'text' THEN 'string' ELSE json_type(#0, #1) END)"},
    {Function::json_contains, "strata_json_contains(#*)"},
    {Function::json_set, "strata_json_set(#*)"},
    {Function::json_remove, "json_remove(#*)"},
    {Function::json_merge, "strata_json_merge(#*)"},
    {Function::json_array_length, "(CASE WHEN json_type(#0, #1) = 'array' THEN json_array_length(#0, #1) END)"},
    {Function::json_object, "json_object(#*)"},
    {Function::array_contains, "strata_array_contains(#0, #1)"},
    {Function::array_contained, "strata_array_contains(#1, #0)"},
    {Function::array_overlaps, "strata_array_overlaps(#*)"},
    {Function::array_any, ""},
    {Function::array_all, ""},
    {Function::array_concat, "strata_array_concat(#*)"},
    {Function::array_remove, "strata_array_remove(#*)"},
    {Function::array_length, "json_array_length(#0)"},
    {Function::array_element, ""},
    {Function::text_matches,
     "!text_matches() is PostgreSQL's full text search; on SQLite use match() of an fts5 table"},
    {Function::text_rank, "!text_rank() is PostgreSQL's full text search; on SQLite use match_rank() of an fts5 table"},
    {Function::text_headline, "!text_headline() is PostgreSQL's full text search; SQLite has highlight() by raw()"},
    {Function::fts_matches, "(#0 MATCH #1)"},
    {Function::fts_rank, "bm25(#0)"},
};
static_assert(is_complete(table), "each Function has a row, in the order of their declarations");

}  // namespace

std::string_view function_text(Function function) { return table[static_cast<std::size_t>(function)].text; }

}  // namespace strata::dal::detail::sqlite
