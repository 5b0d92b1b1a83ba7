#include "expression_names.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace strata::migrate::detail {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;
using Kind = SqlToken::Kind;
using Words = std::initializer_list<std::string_view>;

bool is_any(const SqlToken& token, Words words) {
    return token.kind == Kind::word &&
           std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

bool is_name(const SqlToken& token) { return token.kind == Kind::word || token.kind == Kind::quoted; }

bool is_interval_field(const SqlToken& token) {
    return is_any(token, {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"});
}

/// Whether a bracket after this token is a subscript (or ARRAY's) rather than SQLite's quote around a name.
bool is_operand(const SqlToken& token) {
    if (token.kind == Kind::word)
        return !is_any(token,
                       {"AND",    "OR",       "NOT",   "IN",   "IS", "LIKE",  "BETWEEN", "CASE",   "WHEN", "THEN",
                        "ELSE",   "COLLATE",  "WHERE", "BY",   "ON", "GLOB",  "MATCH",   "REGEXP", "FROM", "ESCAPE",
                        "SELECT", "DISTINCT", "JOIN",  "INTO", "AS", "USING", "HAVING",  "TABLE"});
    return token.kind == Kind::quoted || token.symbol(')') || token.symbol(']');
}

/// Gives each token its role, from the first to the last.
class Reader {
public:
    explicit Reader(std::string_view sql) {
        for (auto& token : tokens_of(sql)) tokens_.push_back({token});
    }

    std::vector<ExpressionToken> read() && {
        while (at_ < tokens_.size()) {
            if (lost_)
                read_lost();
            else if (is_name(token()))
                operand_ ? read_operand() : read_operator();
            else if (token().kind == Kind::symbol)
                read_symbol();
            else
                literal();
        }
        return std::move(tokens_);
    }

private:
    [[nodiscard]] SqlToken token(std::size_t ahead = 0) const { return token_at(at_ + ahead); }
    [[nodiscard]] SqlToken token_at(std::size_t place) const {
        return place < tokens_.size() ? tokens_[place].token : SqlToken();
    }
    [[nodiscard]] SqlToken last(std::size_t back = 1) const {
        return at_ >= back ? tokens_[at_ - back].token : SqlToken();
    }
    /// Whether the symbols come one directly after the other, as one operator.
    [[nodiscard]] bool pair(std::size_t place, char first, char second) const {
        const auto one = token_at(place);
        const auto two = token_at(place + 1);
        return one.symbol(first) && two.symbol(second) && one.end() == two.begin;
    }
    /// Takes so many tokens, none of which is a column; `operand`: whether one is expected after them.
    void take(std::size_t count, bool operand) {
        at_ += count;
        operand_ = operand;
    }
    void mark(Role role, bool operand) {
        tokens_[at_].role = role;
        take(1, operand);
    }
    void literal() { take(1, false); }

    /// The grammar does not cover what follows, up to the closing parenthesis.
    void lose() {
        lost_ = true;
        lost_depth_ = open_.size();
    }
    void read_lost() {
        const bool type = pair(at_ - std::min<std::size_t>(at_, 2), ':', ':');
        if (token().symbol('(') || token().symbol('[')) open_.push_back({});
        if (token().symbol(')') || token().symbol(']')) {
            if (open_.size() == lost_depth_) {
                lost_ = false;
                return read_symbol();
            }
            open_.pop_back();
        }
        if (is_name(token()) && !type && !token(1).symbol('(')) tokens_[at_].role = Role::unknown;
        ++at_;
    }

    /// Where the type that begins here ends: `timestamp(3) with time zone[]`.
    [[nodiscard]] std::size_t type_end(std::size_t place) const {
        if (!is_name(token_at(place))) return place;
        while (token_at(place + 1).symbol('.') && is_name(token_at(place + 2))) place += 2;
        const auto word = token_at(place++);
        if ((word.is("DOUBLE") && token_at(place).is("PRECISION")) ||
            (is_any(word, {"CHARACTER", "CHAR", "BIT", "NCHAR"}) && token_at(place).is("VARYING")))
            ++place;
        if (word.is("INTERVAL") && is_interval_field(token_at(place))) place = fields_end(place);
        if (token_at(place).symbol('(')) {
            auto end = place + 1;
            while (token_at(end).kind == Kind::number || token_at(end).symbol(',')) ++end;
            if (token_at(end).symbol(')')) place = end + 1;
        }
        if (is_any(word, {"TIME", "TIMESTAMP"}) && is_any(token_at(place), {"WITH", "WITHOUT"}) &&
            token_at(place + 1).is("TIME") && token_at(place + 2).is("ZONE"))
            place += 3;
        while (token_at(place).symbol('[')) {
            const auto end = place + (token_at(place + 1).kind == Kind::number ? 2 : 1);
            if (!token_at(end).symbol(']')) break;
            place = end + 1;
        }
        return place;
    }
    /// Where `YEAR TO MONTH` ends.
    [[nodiscard]] std::size_t fields_end(std::size_t place) const {
        return token_at(place + 1).is("TO") && is_interval_field(token_at(place + 2)) ? place + 3 : place + 1;
    }

    /// A name where an operator is expected.
    void read_operator() {
        const auto word = token();
        if (is_any(word, {"AND", "OR", "LIKE", "ILIKE", "GLOB", "MATCH", "REGEXP", "IN", "BETWEEN", "WHEN", "THEN",
                          "ELSE", "FROM", "PLACING", "FOR", "OVERLAPS", "SYMMETRIC", "ESCAPE"}))
            return take(1, true);
        if (word.is("IS")) return read_is();
        if (word.is("NOT")) {
            take(1, false);
            return token().is("NULL") ? literal() : read_operator();  // NOT LIKE; SQLite has `a NOT NULL`
        }
        if (is_any(word, {"ISNULL", "NOTNULL", "END"})) return take(1, false);
        if (word.is("COLLATE")) {
            take(1, false);
            while (is_name(token()) && token(1).symbol('.')) at_ += 2;
            if (is_name(token())) ++at_;
            return;
        }
        if (word.is("AT") && token(1).is("TIME") && token(2).is("ZONE")) return take(3, true);
        if (word.is("SIMILAR") && token(1).is("TO")) return take(2, true);
        if (word.is("OPERATOR") && token(1).symbol('(')) {
            while (at_ < tokens_.size() && !token().symbol(')')) ++at_;
            return take(1, true);
        }
        if (word.is("AS") && !open_.empty() && open_.back().is("CAST")) {
            at_ = type_end(at_ + 1);
            operand_ = false;
            return;
        }
        if (is_interval_field(word) && last().kind == Kind::string && last(2).is("INTERVAL")) {
            at_ = fields_end(at_);
            return;
        }
        lose();
    }
    void read_is() {
        take(token(1).is("NOT") ? 2 : 1, true);
        if (token().is("DISTINCT") && token(1).is("FROM")) return take(2, true);
        // PostgreSQL knows `IS UNKNOWN` and these; SQLite compares with any expression.
        if (is_any(token(), {"UNKNOWN", "DOCUMENT", "NORMALIZED", "NFC", "NFD", "NFKC", "NFKD", "JSON", "OF"})) {
            mark(Role::unknown, false);
            lose();
        }
    }

    /// A name where an operand is expected.
    void read_operand() {
        const auto word = token();
        if (is_any(word, {"SELECT", "VALUES", "WITH"}) && !token(1).symbol('.')) return lose();
        if (word.is("ARRAY") && token(1).symbol('[')) return take(1, true);
        if (is_any(word, {"NOT", "CASE", "WHEN", "THEN", "ELSE", "AND", "OR", "DISTINCT", "ALL", "FROM", "IN"}))
            return take(1, true);
        if (word.is("NULL")) return literal();
        const auto type = type_end(at_);
        if (token_at(type).kind == Kind::string) {  // DATE '2026-01-01'
            at_ = type;
            return literal();
        }
        if (const bool call = token(1).symbol('('); call) return take(1, true);
        if (pair(at_ + 1, '=', '>') || pair(at_ + 1, ':', '=')) return take(3, true);  // an argument's name
        const bool first = last().symbol('(');
        if (first && last(2).is("EXTRACT") && token(1).is("FROM")) return literal();
        if (token(1).symbol('.')) return read_qualified();
        // A value or a keyword in PostgreSQL, and in SQLite also a column.
        if (is_any(word, {"TRUE", "FALSE", "USER", "SESSION_USER", "CURRENT_USER", "CURRENT_ROLE", "SYSTEM_USER",
                          "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
                          "LOCALTIME", "LOCALTIMESTAMP", "DEFAULT"}))
            return mark(Role::unknown, false);
        if (is_any(word, {"BOTH", "LEADING", "TRAILING", "SYMMETRIC", "ASYMMETRIC", "VARIADIC"})) {
            const bool operand = token(1).kind != Kind::symbol;
            return mark(Role::unknown, operand);
        }
        mark(Role::column, false);
    }
    void read_qualified() {
        const auto begin = at_;
        while (token(1).symbol('.') && is_name(token(2))) at_ += 2;
        if (token(1).symbol('(')) return take(1, true);  // a function of a schema
        if (token(1).symbol('.')) {                      // `songs.*`
            tokens_[at_].role = Role::qualifier;
            return take(3, false);
        }
        if (at_ == begin) return literal();
        tokens_[at_ - 2].role = Role::qualifier;
        mark(Role::qualified, false);
    }

    void read_symbol() {
        const auto symbol = token();
        if (symbol.symbol('(') || symbol.symbol('[')) {
            open_.push_back(symbol.symbol('(') ? last() : SqlToken());
            return take(1, true);
        }
        if (symbol.symbol(')') || symbol.symbol(']')) {
            if (!open_.empty()) open_.pop_back();
            return take(1, false);
        }
        if (pair(at_, ':', ':')) {
            at_ = type_end(at_ + 2);
            operand_ = false;
            return;
        }
        if (symbol.symbol('.')) return take(is_name(token(1)) || token(1).symbol('*') ? 2 : 1, false);  // (a).field
        if (symbol.symbol(';')) lose();
        take(1, true);
    }

    std::vector<ExpressionToken> tokens_;
    std::vector<SqlToken> open_;  // for each open parenthesis the token before it
    std::size_t at_ = 0;
    bool operand_ = true;  // an operand is expected
    bool lost_ = false;
    std::size_t lost_depth_ = 0;
};

}  // namespace

std::vector<SqlToken> tokens_of(std::string_view sql) {
    static constexpr core::detail::SqlLexis lexis{.dollar_quotes = true, .typed_strings = true};
    SqlLexer lexer(sql, lexis);
    std::vector<SqlToken> tokens;
    bool subscripts = false;  // SQLite has none
    for (auto token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        const bool bracket = token.symbol('[');
        const bool subscript = bracket && (subscripts || (!tokens.empty() && is_operand(tokens.back())));
        subscripts = subscripts || subscript;
        if ((bracket && !subscript) || token.symbol('`')) {
            SqlLexer name(sql, core::detail::sqlite_lexis);
            name.seek(token.begin);
            token = name.next();
            lexer.seek(token.end());
        }
        tokens.push_back(token);
    }
    return tokens;
}

std::vector<ExpressionToken> names_in(std::string_view expression) { return Reader(expression).read(); }

}  // namespace strata::migrate::detail
