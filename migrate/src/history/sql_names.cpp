#include "sql_names.hpp"

#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

namespace strata::migrate {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlLexis;
using core::detail::SqlToken;
using core::internal::lower;

using Names = std::set<std::string>;
using Tokens = std::span<const SqlToken>;

// Statements that leave the shape of the database as it is.
constexpr std::array of_rows{"INSERT",   "UPDATE",  "DELETE",   "MERGE",   "REPLACE",   "VALUES",     "COPY",
                             "TRUNCATE", "WITH",    "ANALYZE",  "VACUUM",  "REINDEX",   "REFRESH",    "SET",
                             "RESET",    "SHOW",    "PRAGMA",   "EXPLAIN", "LOCK",      "BEGIN",      "COMMIT",
                             "END",      "RELEASE", "ROLLBACK", "GRANT",   "SAVEPOINT", "REVOKE",     "NOTIFY",
                             "LISTEN",   "CALL",    "EXECUTE",  "PREPARE", "DISCARD",   "DEALLOCATE", "CHECKPOINT",
                             "START",    "ABORT",   "FETCH",    "DECLARE", "CLOSE"};
// What comes between CREATE, ALTER or DROP and the name.
constexpr std::array before_name{"OR",      "REPLACE",      "TEMP",         "TEMPORARY", "UNLOGGED",
                                 "GLOBAL",  "LOCAL",        "UNIQUE",       "VIRTUAL",   "CONSTRAINT",
                                 "FOREIGN", "CONCURRENTLY", "ONLY",         "RECURSIVE", "IF",
                                 "NOT",     "EXISTS",       "MATERIALIZED", "TRUSTED",   "PROCEDURAL"};

template <class Words>
bool is_one_of(const SqlToken& token, const Words& words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

std::optional<std::string> name_of(const SqlToken& token) {
    if (token.kind != SqlToken::Kind::word && token.kind != SqlToken::Kind::quoted) return std::nullopt;
    const auto name = core::detail::name_value(token);
    return name ? std::optional(lower(*name)) : std::nullopt;
}

/// Takes the name that begins at `at`, `songs` or `music.songs`, and returns the index after it.
std::size_t take_name(Tokens tokens, std::size_t at, Names& names) {
    if (at >= tokens.size()) return at;
    const bool in_schema = at + 2 < tokens.size() && tokens[at + 1].symbol('.');
    if (const auto name = name_of(tokens[in_schema ? at + 2 : at])) names.insert(*name);
    return at + (in_schema ? 3 : 1);
}

/// All names but those that a foreign key refers to.
void take_all(Tokens tokens, Names& names) {
    for (std::size_t i = 0; i < tokens.size();) {
        if (tokens[i].is("REFERENCES")) {
            Names referred;
            i = take_name(tokens, i + 1, referred);
            continue;
        }
        if (const auto name = name_of(tokens[i])) names.insert(*name);
        ++i;
    }
}

/// The name that follows each of the words.
template <class Words>
void take_after(Tokens tokens, const Words& words, Names& names) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
        if (is_one_of(tokens[i], words)) (void)take_name(tokens, i + (tokens[i + 1].is("ONLY") ? 2 : 1), names);
}

void take_statement(Tokens tokens, const SqlLexis& lexis, Names& names) {
    if (tokens.empty() || is_one_of(tokens.front(), of_rows)) return;
    if (tokens.front().is("SELECT")) return take_after(tokens, std::array{"INTO"}, names);
    if (tokens.front().is("DO")) {  // the code is a string
        for (const auto& token : tokens) {
            const auto code = core::detail::string_value(token, lexis);
            if (!code) continue;
            std::vector<SqlToken> inner;
            SqlLexer lexer(*code, lexis);
            for (auto each = lexer.next(); each.kind != SqlToken::Kind::end; each = lexer.next()) inner.push_back(each);
            take_all(inner, names);
        }
        return;
    }
    const bool creates = tokens.front().is("CREATE");
    const bool alters = tokens.front().is("ALTER");
    if (!creates && !alters && !tokens.front().is("DROP")) return take_all(tokens.subspan(1), names);
    std::size_t kind = 1;
    while (kind < tokens.size() && is_one_of(tokens[kind], before_name)) ++kind;
    std::size_t at = kind + 1;
    while (at < tokens.size() && is_one_of(tokens[at], before_name)) ++at;
    if (at >= tokens.size()) return;
    const bool of_index = tokens[kind].is("INDEX");
    if (!creates && !(alters && tokens[kind].is("TABLE"))) return take_all(tokens.subspan(at), names);
    at = take_name(tokens, at, names);
    const auto rest = tokens.subspan(std::min(at, tokens.size()));
    if (creates && of_index) take_after(tokens.subspan(kind), std::array{"ON"}, names);
    if (alters) take_after(rest, std::array{"TO", "PARTITION", "INHERIT"}, names);
}

}  // namespace

std::set<std::string> names_changed_by(std::string_view sql, const SqlLexis& lexis) {
    Names names;
    SqlLexer lexer(sql, lexis);
    std::vector<SqlToken> statement;
    for (;;) {
        const auto token = lexer.next();
        const bool ends = token.kind == SqlToken::Kind::end;
        if (!ends && !token.symbol(';')) {
            statement.push_back(token);
            continue;
        }
        take_statement(statement, lexis, names);
        statement.clear();
        if (ends) return names;
    }
}

}  // namespace strata::migrate
