#include "functions.hpp"

#include "../detail/function_texts.hpp"

namespace strata::dal::detail::postgresql {

namespace {

/// https://www.postgresql.org/docs/15/functions.html
constexpr FunctionText table[] = {
    {Function::trim, "btrim(#*)"},
    {Function::trim_left, "ltrim(#*)"},
    {Function::trim_right, "rtrim(#*)"},
    {Function::replace, "replace(#*)"},
    {Function::position, "strpos(#*)"},
    {Function::left, "left(#0, greatest(#1, 0)::integer)"},
    {Function::right, "right(#0, greatest(#1, 0)::integer)"},
    {Function::pad_left, "lpad(#0, #1::integer, #2)"},
    {Function::pad_right, "rpad(#0, #1::integer, #2)"},
    {Function::reverse, "reverse(#0)"},
    {Function::repeat, "repeat(#0, #1::integer)"},
    {Function::concat_ws, "concat_ws(#*)"},
    {Function::split_part, "split_part(#0, #1, #2::integer)"},
    {Function::octet_length, "octet_length(#0)"},
    {Function::matches, "(#0 ~ #1)"},
    {Function::matches_folded, "(#0 ~* #1)"},
    {Function::regex_replace, R"(regexp_replace(#0, #1, replace(#2, '\', '\\'), 'g'))"},
    {Function::null_if, "nullif(#0, #1)"},
    {Function::greatest, "greatest(#*)"},
    {Function::least, "least(#*)"},
    // A double is rounded to even by round() of doubles, and away from zero as numeric.
    {Function::round, "round(#0::numeric, #1::integer)"},
    {Function::ceiling, "ceil(#0)"},
    {Function::floor, "floor(#0)"},
    {Function::truncate, "trunc(#0)"},
    {Function::power,
     "(CASE WHEN (#0 = 0 AND #1 < 0) OR (#0 < 0 AND #1 <> floor(#1)) THEN NULL ELSE power(#0::double precision, "
     "#1::double precision) END)"},
    {Function::square_root, "(CASE WHEN #0 >= 0 THEN sqrt(#0::double precision) END)"},
    {Function::exponential, "exp(#0::double precision)"},
    {Function::logarithm, "(CASE WHEN #0 > 0 THEN ln(#0::double precision) END)"},
    {Function::sign, "sign(#0)::bigint"},
    {Function::random, "random()"},
    {Function::now, "now()"},
    {Function::today, "(now() AT TIME ZONE 'UTC')::date"},
    {Function::truncate_date, "date_trunc(#1, #0::timestamp)::date"},
    {Function::truncate_timestamp, "date_trunc(#1, #0)"},
    {Function::truncate_instant, "date_trunc(#1, #0, 'UTC')"},
    {Function::add_to_date, "(#0 + make_interval(months => #1::integer, days => #2::integer))::date"},
    {Function::add_to_timestamp,
     "(#0 + make_interval(months => #1::integer, days => #2::integer) + #3 * interval '1 microsecond')"},
    {Function::add_to_instant,
     "((#0 AT TIME ZONE 'UTC' + make_interval(months => #1::integer, days => #2::integer) + #3 * interval '1 "
     "microsecond') AT TIME ZONE 'UTC')"},
    {Function::days_between, "(#1 - #0)::bigint"},
    {Function::microseconds_between, "(extract(epoch FROM (#1 - #0)) * 1000000)::bigint"},
    {Function::date_part, "date_part(#0, #1)::bigint"},
    {Function::instant_part, "date_part(#0, #1 AT TIME ZONE 'UTC')::bigint"},
    {Function::epoch, "extract(epoch FROM #0)::double precision"},
    {Function::format_time, "to_char(#0::timestamp, #1)"},
    {Function::format_instant, "to_char(#0 AT TIME ZONE 'UTC', #1)"},
    {Function::string_agg, "string_agg"},
    {Function::array_agg, "array_agg"},
    {Function::json_agg, "jsonb_agg"},
    {Function::json_object_agg, "jsonb_object_agg"},
    {Function::bool_and, "bool_and(#0)"},
    {Function::bool_or, "bool_or(#0)"},
    {Function::stddev, "stddev_samp(#0::double precision)"},
    {Function::variance, "var_samp(#0::double precision)"},
    {Function::json_get, "(#0 #> #1::text[])"},
    {Function::json_text, "(#0 #>> #1::text[])"},
    {Function::json_integer,
     "(CASE WHEN jsonb_typeof(#0 #> #1::text[]) = 'number' THEN CASE WHEN (#0 #>> #1::text[])::numeric % 1 = 0 AND (#0 "
     "#>> #1::text[])::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN (#0 #>> "
     "#1::text[])::numeric::bigint END END)"},
    {Function::json_real,
     "(CASE WHEN jsonb_typeof(#0 #> #1::text[]) = 'number' THEN (#0 #>> #1::text[])::double precision END)"},
    {Function::json_decimal,
     "(CASE WHEN jsonb_typeof(#0 #> #1::text[]) = 'number' THEN (#0 #>> #1::text[])::numeric END)"},
    {Function::json_boolean,
     "(CASE WHEN jsonb_typeof(#0 #> #1::text[]) = 'boolean' THEN (#0 #>> #1::text[])::boolean END)"},
    {Function::json_exists, "(CASE WHEN #0 IS NOT NULL THEN (#0 #> #1::text[]) IS NOT NULL END)"},
    {Function::json_is_null,
     "(CASE WHEN #0 IS NOT NULL THEN coalesce(jsonb_typeof(#0 #> #1::text[]) = 'null', FALSE) END)"},
    {Function::json_type, "jsonb_typeof(#0 #> #1::text[])"},
    {Function::json_contains, "(#0 @> #1)"},
    {Function::json_set, "jsonb_set(#0, #1::text[], #2)"},
    {Function::json_remove, "(#0 #- #1::text[])"},
    {Function::json_merge, "(#0 || #1)"},
    {Function::json_array_length,
     "(CASE WHEN jsonb_typeof(#0 #> #1::text[]) = 'array' THEN jsonb_array_length(#0 #> #1::text[])::bigint END)"},
    {Function::json_object, "jsonb_build_object(#*)"},
    {Function::array_contains, "(#0 @> #1)"},
    {Function::array_contained, "(#0 <@ #1)"},
    {Function::array_overlaps, "(#0 && #1)"},
    {Function::array_any, "(#1 = ANY(#0))"},
    {Function::array_all, "(#1 = ALL(#0))"},
    {Function::array_concat, "(#0 || #1)"},
    {Function::array_remove, "array_remove(#0, (#1)[1])"},
    {Function::array_length, "cardinality(#0)::bigint"},
    {Function::array_element, "(#0)[#1::integer + 1]"},
    {Function::text_matches, "(to_tsvector(#T::regconfig, #0) @@ websearch_to_tsquery(#T::regconfig, #1))"},
    {Function::text_rank,
     "ts_rank(to_tsvector(#T::regconfig, #0), websearch_to_tsquery(#T::regconfig, #1))::double precision"},
    {Function::text_headline, "ts_headline(#T::regconfig, #0, websearch_to_tsquery(#T::regconfig, #1))"},
    {Function::fts_matches, "!match() is about a virtual table of SQLite; on PostgreSQL use dal::text_matches()"},
    {Function::fts_rank, "!match_rank() is about a virtual table of SQLite; on PostgreSQL use dal::text_rank()"},
};
static_assert(is_complete(table), "each Function has a row, in the order of their declarations");

}  // namespace

std::string_view function_text(Function function) { return table[static_cast<std::size_t>(function)].text; }

}  // namespace strata::dal::detail::postgresql
