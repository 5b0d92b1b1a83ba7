#include "foreign_sql.hpp"

#include "text.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace strata::migrate::adopt {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

std::vector<SqlToken> tokens_of(std::string_view sql, const core::Dialect& dialect) {
    std::vector<SqlToken> tokens;
    SqlLexer lexer(sql, dialect.lexis());
    for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next()) tokens.push_back(token);
    return tokens;
}

/// A place in the text that is replaced.
struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string_view text;
};

std::string edited(std::string_view sql, std::vector<Edit> edits) {
    std::ranges::sort(edits, {}, &Edit::begin);
    std::string result;
    std::size_t at = 0;
    for (const auto& edit : edits) {
        if (edit.begin < at) continue;
        result.append(sql.substr(at, edit.begin - at)).append(edit.text);
        at = edit.end;
    }
    return result.append(sql.substr(at));
}

std::size_t offset_in(std::string_view sql, std::string_view part) {
    return static_cast<std::size_t>(part.data() - sql.data());
}

/// The text without the empty lines around it.
std::string without_empty_ends(std::string text) {
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    for (auto end = text.find('\n'); end != std::string::npos && trimmed(text.substr(0, end)).empty();
         end = text.find('\n'))
        text.erase(0, end + 1);
    return text;
}

/// Whether a comment would be a line of the revision's own, or be taken for one by the build, which looks for parents.
bool is_like_directive(std::string_view line) {
    static constexpr std::array<std::string_view, 6> sections{"upgrade", "downgrade",  "touches",
                                                              "revises", "depends on", "replaces"};
    auto rest = trimmed(line);
    if (!rest.starts_with("--")) return false;
    rest = trimmed(std::string_view(rest).substr(2));
    return std::ranges::any_of(sections, [&](std::string_view word) {
        if (!rest.starts_with(word)) return false;
        const auto after = trimmed(std::string_view(rest).substr(word.size()));
        return after.empty() || after.starts_with(':');
    });
}

/// One text that is being fitted, with its name for messages.
class Fitting {
public:
    Fitting(std::string_view sql, const std::string& where, const detail::DialectOperationCompiler& compiler,
            std::vector<std::string>& notes)
        : sql_(sql),
          where_(where),
          compiler_(compiler),
          notes_(notes),
          tokens_(tokens_of(sql, compiler.dialect())),
          statements_(compiler.statements_of(sql)) {}

    std::string run() {
        check_tokens();
        for (const auto& statement : statements_) take(statement);
        take_transactions();
        take_comments();
        return without_empty_ends(edited(sql_, std::move(edits_)));
    }

private:
    [[noreturn]] void refuse(std::size_t offset, const std::string& why) const {
        throw MigrationError(where_ + ", line " + std::to_string(line_of(sql_, offset)) + ": " + why);
    }
    void note(std::size_t offset, const std::string& text) {
        notes_.push_back(where_ + ", line " + std::to_string(line_of(sql_, offset)) + ": " + text);
    }

    void check_tokens() const {
        if (const auto end = sql_.find(R"()strata_sql")"); end != std::string_view::npos)
            refuse(end, "it contains )strata_sql\", which ends the text where the build embeds it; write it otherwise");
        bool begins = true;  // a statement
        for (const auto& token : tokens_) {
            if (token.unclosed) refuse(token.begin, "a quote is not closed");
            if (token.symbol('\\'))
                refuse(token.begin,
                       "a command of psql, which only that program understands; write what it does as SQL");
            if (begins && token.symbol('.'))
                refuse(token.begin,
                       "a command of sqlite3, which only that program understands; write what it does as SQL");
            begins = token.symbol(';');
        }
    }

    void take(std::string_view statement) {
        const auto begin = offset_in(sql_, statement);
        const auto first = std::ranges::find_if(tokens_, [&](const auto& token) { return token.begin >= begin; });
        const auto last =
            std::find_if(first, tokens_.end(), [&](const auto& t) { return t.begin >= begin + statement.size(); });
        const std::vector<SqlToken> words(first, last);
        const auto is = [&](std::size_t i, std::string_view word) { return i < words.size() && words[i].is(word); };
        if (controls_transaction(statement, compiler_.dialect())) return transactions_.push_back(statement);
        const bool copies = is(0, "COPY") && std::ranges::any_of(words, [](const auto& t) { return t.is("STDIN"); });
        if (copies) refuse(begin, "COPY ... FROM STDIN has its rows in the text; write them as INSERT");
        const bool alone = is(0, "VACUUM") || (is(0, "CREATE") && (is(1, "DATABASE") || is(1, "TABLESPACE"))) ||
                           (is(0, "DROP") && (is(1, "DATABASE") || is(1, "TABLESPACE"))) ||
                           (is(0, "ALTER") && is(1, "SYSTEM"));
        if (alone)
            refuse(begin, std::string(words[0].text) +
                              " cannot run in a transaction, and a revision is one; take the " + "statement out");
        const std::size_t concurrently = is(1, "UNIQUE") ? 3 : 2;
        if ((is(0, "CREATE") || is(0, "DROP") || is(0, "REINDEX")) && is(concurrently, "CONCURRENTLY")) {
            edits_.push_back({words[concurrently].begin, words[concurrently].end(), ""});
            note(words[concurrently].begin,
                 "CONCURRENTLY is left out, since a revision is one transaction; the index is the same, and writers "
                 "wait "
                 "where the revision still has to run");
        }
        if (is(0, "PRAGMA") && is(1, "FOREIGN_KEYS"))
            note(
                begin,
                "PRAGMA foreign_keys has no effect within a transaction, which a revision is; where the revision still "
                "has to run, a DROP TABLE in it deletes the rows that refer to that table with ON DELETE CASCADE");
    }

    /// A BEGIN and a COMMIT around everything are left out: the revision is a transaction.
    void take_transactions() {
        if (transactions_.empty()) return;
        const bool around = transactions_.size() == 2 && statements_.size() >= 2 &&
                            transactions_.front().data() == statements_.front().data() &&
                            transactions_.back().data() == statements_.back().data();
        if (!around)
            refuse(
                offset_in(sql_, transactions_.front()),
                one_line(transactions_.front(), 40) +
                    " controls the transaction, which a revision is as a whole; take it out, or split the file there");
        for (const auto& statement : transactions_) {
            const auto begin = offset_in(sql_, statement);
            const auto after = std::ranges::find_if(
                tokens_, [&](const auto& token) { return token.begin >= begin + statement.size(); });
            edits_.push_back({begin, after == tokens_.end() ? begin + statement.size() : after->end(), ""});
        }
        note(offset_in(sql_, transactions_.front()),
             "BEGIN and COMMIT are left out, since a revision is one transaction");
    }

    void take_comments() {
        for (std::size_t begin = 0; begin < sql_.size();) {
            const auto end = std::min(sql_.find('\n', begin), sql_.size());
            if (is_like_directive(sql_.substr(begin, end - begin))) {
                const auto dashes = sql_.find("--", begin);
                const bool in_token =
                    std::ranges::any_of(tokens_, [&](const auto& t) { return t.begin <= dashes && dashes < t.end(); });
                if (in_token)
                    refuse(begin, "a text in quotes has the line '" + trimmed(sql_.substr(begin, end - begin)) +
                                      "', which a revision's file would take for its own; write the text otherwise");
                edits_.push_back({dashes, dashes + 2, "-- :"});
            }
            begin = end + 1;
        }
    }

    std::string_view sql_;
    const std::string& where_;
    const detail::DialectOperationCompiler& compiler_;
    std::vector<std::string>& notes_;
    std::vector<SqlToken> tokens_;
    std::vector<std::string_view> statements_;
    std::vector<std::string_view> transactions_;  // those that begin or end one
    std::vector<Edit> edits_;
};

}  // namespace

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream.good() && !stream.eof()) throw MigrationError("cannot read " + file.string());
    static constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (text.starts_with(mark)) text.erase(0, mark.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto length = core::internal::utf8_length(std::string_view(text).substr(at));
        if (length == 0 || text[at] == '\0')
            throw MigrationError(file.string() + ", line " + std::to_string(line_of(text, at)) +
                                 ": it is not UTF-8; store it as UTF-8");
        at += length;
    }
    return text;
}

std::string ForeignSql::fit(std::string_view sql, const std::string& where) const {
    return Fitting(sql, where, compiler_, notes_).run();
}

std::string ForeignSql::joined(const std::vector<std::string_view>& statements) const {
    std::string text;
    for (const auto& each : statements) {
        const auto statement = trimmed(each);
        if (!text.empty()) text += "\n\n";
        // A semicolon after a comment on the last line would be a part of the comment.
        text += statement + (core::detail::ends_in_comment(statement, dialect().lexis()) ? "\n;" : ";");
    }
    return text;
}

bool controls_transaction(std::string_view statement, const core::Dialect& dialect) {
    if (dialect.classify(statement) != core::StatementClass::transaction) return false;
    SqlLexer lexer(statement, dialect.lexis());
    const auto first = lexer.next();
    if (first.is("SAVEPOINT") || first.is("RELEASE")) return false;
    if (!first.is("ROLLBACK")) return true;
    for (auto token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        if (token.is("TO")) return false;
    return true;
}

std::size_t line_of(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

}  // namespace strata::migrate::adopt
