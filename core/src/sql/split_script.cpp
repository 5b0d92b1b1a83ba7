#include <strata/core/detail/statement_class.hpp>

namespace strata::core::detail {

namespace {

/// Tracks whether a semicolon is inside of something. A body ends in an END right after a semicolon (or after ATOMIC),
/// where the END of a CASE never is.
class Nesting {
public:
    explicit Nesting(bool trigger_bodies) : trigger_bodies_(trigger_bodies) {}

    [[nodiscard]] bool is_end(const SqlToken& token) const {
        return token.symbol(';') && depth_ == 0 && (!body_ || body_ended_);
    }

    void take(const SqlToken& token) {
        body_ended_ = body_ && depth_ == 0 && token.is("END") && (previous_.symbol(';') || previous_.is("ATOMIC"));
        if (trigger_bodies_)
            take_trigger(token);
        else
            take_routine(token);
        previous_ = token;
    }

private:
    /// Recognises [EXPLAIN [QUERY PLAN]] CREATE [TEMP] TRIGGER, by the table of sqlite3_complete().
    void take_trigger(const SqlToken& token) {
        if (at_ == At::start) {
            at_ = token.is("EXPLAIN") ? At::explain : token.is("CREATE") ? At::create : At::rest;
        } else if (at_ == At::explain) {
            if (token.is("CREATE")) at_ = At::create;
            if (token.is("EXPLAIN") || token.is("TEMP") || token.is("TRIGGER") || token.is("END")) at_ = At::rest;
        } else if (at_ == At::create && !token.is("TEMP") && !token.is("TEMPORARY")) {
            body_ = token.is("TRIGGER");
            at_ = At::rest;
        }
    }

    /// Recognises CREATE [OR REPLACE] FUNCTION ... BEGIN ATOMIC.
    void take_routine(const SqlToken& token) {
        if (token.symbol('(')) ++depth_;
        if (token.symbol(')') && depth_ > 0) --depth_;
        if (at_ == At::start) {
            at_ = token.is("CREATE") ? At::create : At::rest;
        } else if (at_ == At::create && !token.is("OR") && !token.is("REPLACE")) {
            at_ = token.is("FUNCTION") || token.is("PROCEDURE") ? At::routine : At::rest;
        } else if (at_ == At::routine && depth_ == 0 && previous_.is("BEGIN") && token.is("ATOMIC")) {
            body_ = true;
        }
    }

    enum class At { start, explain, create, routine, rest } at_ = At::start;
    bool trigger_bodies_;
    bool body_ = false;        // a body has begun
    bool body_ended_ = false;  // with the last token
    int depth_ = 0;            // of parentheses
    SqlToken previous_;
};

}  // namespace

std::vector<std::string_view> split_script(std::string_view sql, const SqlLexis& lexis, bool trigger_bodies) {
    std::vector<std::string_view> statements;
    SqlLexer lexer(sql, lexis);
    Nesting nesting(trigger_bodies);
    std::size_t begin = sql.size();  // of the statement; the end of the text when none is open
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) {
        if (nesting.is_end(token)) {
            if (begin < sql.size()) statements.push_back(sql.substr(begin, token.begin - begin));
            begin = sql.size();
            nesting = Nesting(trigger_bodies);
            continue;
        }
        if (begin == sql.size()) begin = token.begin;
        nesting.take(token);
    }
    if (begin < sql.size()) statements.push_back(sql.substr(begin));
    return statements;
}

}  // namespace strata::core::detail
