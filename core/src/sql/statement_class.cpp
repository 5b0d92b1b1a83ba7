#include <strata/core/detail/statement_class.hpp>

#include <algorithm>

namespace strata::core::detail {

namespace {

constexpr std::string_view transaction_words[] = {"BEGIN",    "START", "COMMIT",    "END",
                                                  "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE"};
constexpr std::string_view schema_words[] = {"CREATE", "ALTER",   "DROP",   "COMMENT",  "GRANT",
                                             "REVOKE", "REINDEX", "IMPORT", "REASSIGN", "SECURITY"};
constexpr std::string_view reading_words[] = {"SELECT", "VALUES", "TABLE"};
constexpr std::string_view writing_words[] = {"INSERT", "REPLACE", "UPDATE", "DELETE", "MERGE"};

template <std::size_t N>
bool one_of(const SqlToken& token, const std::string_view (&words)[N]) {
    return std::any_of(std::begin(words), std::end(words), [&](std::string_view word) { return token.is(word); });
}

/// Iterates over the tokens of a text.
class Walker {
public:
    Walker(std::string_view sql, const SqlLexis& lexis) : lexer_(sql, lexis), token_(lexer_.next()) {}

    [[nodiscard]] const SqlToken& token() const noexcept { return token_; }
    [[nodiscard]] bool at_end() const noexcept { return token_.kind == SqlToken::Kind::end; }
    /// Whether only a name can be here: after AS or a dot any word is a name, also `as` itself.
    [[nodiscard]] bool is_label() const noexcept { return label_; }
    void next() {
        label_ = token_.symbol('.') || (token_.is("AS") && !label_);
        token_ = lexer_.next();
    }
    bool accept(std::string_view word) {
        if (!token_.is(word)) return false;
        next();
        return true;
    }
    bool accept(char symbol) {
        if (!token_.symbol(symbol)) return false;
        next();
        return true;
    }
    bool accept_name() {
        using Kind = SqlToken::Kind;  // SQLite accepts a string as a name too
        if (token_.kind != Kind::word && token_.kind != Kind::quoted && token_.kind != Kind::string) return false;
        next();
        return true;
    }
    bool accept_names() {
        do {
            if (!accept_name()) return false;
        } while (accept(','));
        return true;
    }
    /// ( ... )
    bool accept_group() {
        if (!accept('(')) return false;
        for (int depth = 1; depth > 0 && !at_end(); next()) {
            depth += token_.symbol('(') ? 1 : token_.symbol(')') ? -1 : 0;
        }
        return true;
    }

private:
    SqlLexer lexer_;
    SqlToken token_;
    bool label_ = false;
};

/// Skips SEARCH ... SET and CYCLE ... USING after a query of WITH RECURSIVE; the column names may be any words.
/// https://www.postgresql.org/docs/15/sql-select.html#SQL-WITH
bool skip_search_and_cycle(Walker& in) {
    if (in.accept("SEARCH")) {
        in.next();  // BREADTH or DEPTH
        if (!in.accept("FIRST") || !in.accept("BY") || !in.accept_names()) return false;
        if (!in.accept("SET") || !in.accept_name()) return false;
    }
    if (in.accept("CYCLE")) {
        if (!in.accept_names() || !in.accept("SET") || !in.accept_name()) return false;
        while (!in.token().is("USING") && !in.at_end()) in.next();
        if (!in.accept("USING") || !in.accept_name()) return false;
    }
    return true;
}

/// Skips the queries after WITH, up to the statement's own verb. Returns false when the text does not follow the
/// grammar.
bool skip_with_queries(Walker& in) {
    if (in.token().is("RECURSIVE")) {
        Walker ahead = in;
        ahead.next();
        if (!ahead.token().is("AS") && !ahead.token().symbol('(')) in = ahead;  // otherwise a query has this name
    }
    do {
        if (!in.accept_name()) return false;
        in.accept_group();
        if (!in.accept("AS")) return false;
        in.accept("NOT");
        in.accept("MATERIALIZED");
        if (!in.accept_group() || !skip_search_and_cycle(in)) return false;
    } while (in.accept(','));
    return true;
}

/// How a statement begins.
struct Head {
    SqlToken verb;  ///< the word that tells what it does
    bool explained = false;
    bool run = true;  ///< false for EXPLAIN without ANALYZE
};

/// Reads EXPLAIN's options: its keywords, or its list in parentheses, which `EXPLAIN (SELECT 1)` does not have.
void read_explain(Walker& in, Head& head) {
    head.explained = true;
    head.run = false;
    if (in.token().symbol('(')) {
        Walker ahead = in;
        ahead.next();
        if (ahead.token().symbol('(') || ahead.token().is("WITH") || one_of(ahead.token(), reading_words)) return;
        for (; !in.token().symbol(')') && !in.at_end(); in.next()) head.run = head.run || in.token().is("ANALYZE");
        in.next();
        return;
    }
    while (in.token().is("ANALYZE") || in.token().is("ANALYSE") || in.token().is("VERBOSE") || in.token().is("QUERY") ||
           in.token().is("PLAN")) {
        head.run = head.run || in.token().is("ANALYZE") || in.token().is("ANALYSE");
        in.next();
    }
}

/// Leaves the walker on the verb.
Head read_head(Walker& in) {
    Head head;
    if (in.accept("EXPLAIN")) read_explain(in, head);
    for (;;) {
        while (in.accept('(')) {
        }
        if (!in.token().is("WITH")) break;
        in.next();
        if (!skip_with_queries(in)) return head;
    }
    head.verb = in.token();
    return head;
}

/// Skips to the statement's end. Returns whether it is a SELECT with INTO, which creates a table. INTO is a reserved
/// word, so in a query it means nothing else, except as a label after AS or a dot.
bool skip_query(Walker& in) {
    bool into = false;
    for (; !in.at_end() && !in.token().symbol(';'); in.next()) into = into || (in.token().is("INTO") && !in.is_label());
    return into;
}

/// The class of the statement that begins here; leaves the walker at its end when it works on rows.
StatementClass read_statement(Walker& in) {
    if (in.token().is("PREPARE")) {
        in.next();
        return in.token().is("TRANSACTION") ? StatementClass::transaction : StatementClass::other;
    }
    const SqlToken verb = read_head(in).verb;
    if (one_of(verb, transaction_words)) return StatementClass::transaction;
    if (one_of(verb, schema_words)) return StatementClass::schema;
    const bool reads = one_of(verb, reading_words);
    if (!reads && !one_of(verb, writing_words)) return StatementClass::other;
    const bool into = skip_query(in);
    return reads && into ? StatementClass::schema : StatementClass::rows;
}

}  // namespace

StatementClass classify_words(std::string_view sql, const SqlLexis& lexis) {
    Walker in(sql, lexis);
    bool any = false;
    for (;;) {
        while (in.accept(';')) {
        }
        if (in.at_end()) return any ? StatementClass::rows : StatementClass::other;
        any = true;
        if (const StatementClass its = read_statement(in); its != StatementClass::rows) return its;
    }
}

bool only_reads(std::string_view sql, const SqlLexis& lexis) {
    if (classify_words(sql, lexis) != StatementClass::rows) return false;
    Walker in(sql, lexis);
    const Head head = read_head(in);
    const bool explained_only = head.explained && !head.run;
    if (!explained_only && !one_of(head.verb, reading_words)) return false;
    bool locks_or_writes = false;
    bool after_for = false;
    Walker all(sql, lexis);
    for (; !all.at_end() && !all.token().symbol(';'); all.next()) {
        const SqlToken& token = all.token();
        const bool writes = token.is("INSERT") || token.is("UPDATE") || token.is("DELETE") || token.is("MERGE");
        locks_or_writes = locks_or_writes || (writes && !all.is_label()) ||
                          (after_for && (token.is("SHARE") || token.is("NO") || token.is("KEY")));
        after_for = token.is("FOR");
    }
    while (all.accept(';')) {
    }
    return all.at_end() && (explained_only || !locks_or_writes);
}

std::string first_line(std::string_view statement, const SqlLexis& lexis) {
    constexpr std::size_t longest = 80;
    statement.remove_prefix(std::min(statement.find_first_not_of(" \t\r\n"), statement.size()));
    const std::string text = without_literals(statement, lexis);
    std::string line = text.substr(0, std::min(text.find_first_of("\r\n"), longest));
    if (line.size() == text.size()) return line;
    line.erase(line.find_last_not_of(' ') + 1);
    return line + " ...";
}

}  // namespace strata::core::detail
