#include <strata/core/detail/statement_class.hpp>

/// Decides which statements leave the session unchanged, by the functions that they call.
namespace strata::core::detail {

namespace {

/// Words that may precede a parenthesis and change nothing. Each has a blank on both sides.
constexpr std::string_view without_effect =
    // keywords
    " all and any as between by case collate conflict cross cube delete distinct else escape except exists"
    " explain filter from full group grouping having ilike in inner insert intersect is join lateral like limit"
    " match materialized merge not offset on only or outer over partition regexp returning rollup row select set"
    " sets similar some symmetric then to union update using values when where within"
    // types with a length
    " bit bool char character date dec decimal float interval numeric time timestamp timestamptz varbit varchar"
    " varying"
    // aggregates and window functions
    " array_agg avg bit_and bit_or bool_and bool_or count cume_dist dense_rank every first_value group_concat"
    " json_agg json_group_array json_group_object json_object_agg jsonb_agg jsonb_object_agg lag last_value lead"
    " max min nth_value ntile percent_rank percentile_cont percentile_disc rank row_number stddev stddev_pop"
    " stddev_samp string_agg sum total var_pop var_samp variance"
    // numbers
    " abs acos asin atan atan2 cbrt ceil ceiling cos degrees div exp floor gcd greatest lcm least ln log log10"
    " mod pi pow power radians random round sign sin sqrt tan trunc width_bucket"
    // times
    " age clock_timestamp current_time current_timestamp date_bin date_part date_trunc datetime extract isfinite"
    " julianday justify_days localtime localtimestamp make_date make_interval make_time make_timestamp"
    " make_timestamptz now statement_timestamp strftime to_char to_date to_number to_timestamp"
    " transaction_timestamp unixepoch"
    // JSON
    " json json_array json_array_elements json_array_elements_text json_array_length json_build_array"
    " json_build_object json_each json_each_text json_extract json_object json_quote json_tree json_type"
    " json_typeof json_valid jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array"
    " jsonb_build_object jsonb_each jsonb_each_text jsonb_pretty jsonb_set jsonb_typeof row_to_json to_json"
    " to_jsonb"
    // arrays
    " array array_append array_cat array_length array_lower array_ndims array_position array_positions"
    " array_prepend array_remove array_replace array_to_string array_upper cardinality generate_series"
    " string_to_array unnest"
    // text and all else
    " ascii bit_length btrim cast changes char_length character_length chr coalesce concat concat_ws convert_from"
    " convert_to current_schema current_setting decode encode format gen_random_uuid glob hex ifnull iif initcap"
    " instr last_insert_rowid left length lower lpad ltrim md5 nullif octet_length overlay pg_typeof"
    " phraseto_tsquery plainto_tsquery position printf quote quote_ident quote_literal quote_nullable"
    " regexp_count regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array"
    " regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim split_part starts_with strpos"
    " substr substring to_tsquery to_tsvector total_changes translate trim ts_headline ts_rank typeof unicode"
    " upper version websearch_to_tsquery zeroblob ";

bool is_without_effect(const SqlToken& word) {
    std::string lower = " " + std::string(word.text) + " ";
    for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return without_effect.find(lower) != std::string_view::npos;
}

bool is_name(const SqlToken& token) {
    return token.kind == SqlToken::Kind::word || token.kind == SqlToken::Kind::quoted;
}

/// Checks each name before a parenthesis.
class Calls {
public:
    /// Whether the text up to this token may have called a function with a side effect.
    bool take(const SqlToken& token) {
        const bool unknown = token.symbol('(') && is_name(last_) && !is_harmless();
        // In `INSERT INTO a.t (`, `AS t (` and `WITH t (` the parentheses list columns.
        const bool before_name = last_.is("INTO") || last_.is("AS") || last_.is("WITH") || last_.is("RECURSIVE");
        lists_columns_ = before_name || (lists_columns_ && (token.symbol('.') || last_.symbol('.')));
        schema_ = token.symbol('.') ? last_ : last_.symbol('.') ? schema_ : SqlToken();
        last_ = token;
        return unknown;
    }

private:
    [[nodiscard]] bool is_harmless() const {
        if (lists_columns_) return true;
        const bool ours = schema_.kind == SqlToken::Kind::end || schema_.is("PG_CATALOG");
        return ours && last_.kind == SqlToken::Kind::word && is_without_effect(last_);
    }

    SqlToken last_;
    SqlToken schema_;             // of the last name
    bool lists_columns_ = false;  // after the last name, if a parenthesis comes
};

}  // namespace

bool may_change_session(std::string_view sql, const SqlLexis& lexis) {
    if (classify_words(sql, lexis) != StatementClass::rows) return true;
    Calls calls;
    SqlLexer lexer(sql, lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        if (calls.take(token)) return true;
    return false;
}

}  // namespace strata::core::detail
