#include "targets.hpp"

#include <strata/core/detail/statement_class.hpp>

#include <sqlite3.h>

#include <memory>
#include <vector>

namespace strata::fuzz {

namespace {

using namespace core::detail;
using Kind = SqlToken::Kind;

std::vector<SqlToken> tokens_of(std::string_view sql, const SqlLexis& lexis) {
    std::vector<SqlToken> tokens;
    SqlLexer lexer(sql, lexis);
    for (SqlToken token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        expect(tokens.size() <= sql.size(), "more tokens than bytes");
        tokens.push_back(token);
    }
    return tokens;
}

/// Tokens follow each other, are what is written there, and only blanks and comments lie between them.
void check_tokens(std::string_view sql, const SqlLexis& lexis) {
    std::size_t at = 0;
    for (const SqlToken& token : tokens_of(sql, lexis)) {
        expect(token.begin >= at && !token.text.empty() && token.end() <= sql.size(), "tokens overlap");
        expect(sql.substr(token.begin, token.text.size()) == token.text, "a token is not what is written");
        expect(tokens_of(sql.substr(at, token.begin - at), lexis).empty(), "a gap holds a token");
        expect(!token.unclosed || token.end() == sql.size(), "an open quote ends before the text");
        static_cast<void>(string_value(token, lexis));
        static_cast<void>(name_value(token));
        at = token.end();
    }
}

/// Nothing but semicolons is lost.
void check_pieces(std::string_view sql, const SqlLexis& lexis, bool trigger_bodies) {
    std::size_t at = 0;
    const auto check_lost = [&](std::size_t end) {
        for (const SqlToken& token : tokens_of(sql.substr(at, end - at), lexis))
            expect(token.symbol(';'), "a part of the script is lost");
    };
    for (const std::string_view piece : split_script(sql, lexis, trigger_bodies)) {
        const auto begin = static_cast<std::size_t>(piece.data() - sql.data());
        expect(begin >= at, "pieces overlap");
        check_lost(begin);
        expect(!tokens_of(piece, lexis).empty(), "an empty piece");
        at = begin + piece.size();
    }
    check_lost(sql.size());
}

void check_classes(std::string_view sql, const SqlLexis& lexis) {
    const bool rows = classify_words(sql, lexis) == core::StatementClass::rows;
    expect(rows || !only_reads(sql, lexis), "what only reads is not about rows");
    expect(rows || may_change_session(sql, lexis), "the session stays, but it is not about rows");
    static_cast<void>(without_literals(sql, lexis));
    static_cast<void>(first_line(sql, lexis));
    static_cast<void>(without_outer_parentheses(sql, lexis));
    if (!ends_in_comment(sql, lexis)) {
        const std::string ended = std::string(sql) + ";";
        const auto tokens = tokens_of(ended, lexis);
        expect(tokens.back().symbol(';') || tokens.back().end() == ended.size(), "the semicolon is lost");
    }
}

/// sqlite3_complete() knows no Tcl variables, byte order marks, vertical tabs and numbers that a word touches.
bool comparable(std::string_view sql) {
    if (sql.find('\v') != std::string_view::npos || sql.find("\xEF\xBB\xBF") != std::string_view::npos) return false;
    const SqlToken* before = nullptr;
    const auto tokens = tokens_of(sql, sqlite_lexis);
    for (const SqlToken& token : tokens) {
        if (token.kind == Kind::parameter || token.unclosed) return false;
        if (before != nullptr && before->kind == Kind::number && before->end() == token.begin) return false;
        before = &token;
    }
    return !ends_in_comment(sql, sqlite_lexis);
}

void check_against_sqlite(std::string_view sql) {
    if (!comparable(sql)) return;
    for (const std::string_view piece : split_script(sql, sqlite_lexis, true)) {
        for (const SqlToken& token : tokens_of(piece, sqlite_lexis)) {
            if (!token.symbol(';')) continue;
            const std::string part(piece.substr(0, token.end()));
            expect(sqlite3_complete(part.c_str()) == 0, "SQLite would end the statement earlier");
        }
        const bool last = piece.data() + piece.size() == sql.data() + sql.size();
        if (!last) expect(sqlite3_complete((std::string(piece) + ";").c_str()) != 0, "SQLite would not end it here");
    }
}

int deny_side_effects(void*, int action, const char*, const char*, const char*, const char*) {
    return action == SQLITE_PRAGMA || action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

/// Where SQLite can prepare the first statement, ours ends where its does.
void check_first_statement(std::string_view sql) {
    ::sqlite3* handle = nullptr;
    sqlite3_open(":memory:", &handle);
    const std::unique_ptr<::sqlite3, int (*)(::sqlite3*)> database(handle, &sqlite3_close);
    sqlite3_set_authorizer(handle, deny_side_effects, nullptr);
    const std::string text(sql);
    ::sqlite3_stmt* prepared = nullptr;
    const char* tail = nullptr;
    sqlite3_prepare_v2(handle, text.c_str(), -1, &prepared, &tail);
    const std::unique_ptr<::sqlite3_stmt, int (*)(::sqlite3_stmt*)> statement(prepared, &sqlite3_finalize);
    if (prepared == nullptr) return;
    const auto pieces = split_script(text, sqlite_lexis, true);
    expect(!pieces.empty(), "no statement is seen");
    const auto end = static_cast<std::size_t>(pieces.front().data() + pieces.front().size() - text.data());
    const auto its = static_cast<std::size_t>(tail - text.c_str());
    const auto between = text.substr(std::min(end, its), std::max(end, its) - std::min(end, its));
    for (const SqlToken& token : tokens_of(between, sqlite_lexis))
        expect(token.symbol(';'), "SQLite's first statement ends elsewhere");
}

}  // namespace

void sql_lexer(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return;
    SqlLexis old = postgresql_lexis;
    old.backslashes = true;
    for (const SqlLexis* lexis : {&postgresql_lexis, &sqlite_lexis, static_cast<const SqlLexis*>(&old)}) {
        check_tokens(text, *lexis);
        check_pieces(text, *lexis, false);
        check_pieces(text, *lexis, true);
        check_classes(text, *lexis);
    }
    check_against_sqlite(text);
    check_first_statement(text);
}

}  // namespace strata::fuzz
