#include "sequences.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>

#include <algorithm>
#include <string_view>

namespace strata::migrate::postgresql {
namespace {

using core::detail::SqlLexer;
using core::detail::SqlToken;

/// A definition from its options on.
struct Definition {
    bool unlogged = false;
    std::string_view options;
};

Definition read(const schema::Object& object) {
    SqlLexer lexer(object.definition, core::detail::postgresql_lexis);
    Definition result;
    SqlToken token = lexer.next();
    if (token.is("CREATE")) token = lexer.next();
    result.unlogged = token.is("UNLOGGED");
    if (result.unlogged) token = lexer.next();
    if (!token.is("SEQUENCE"))
        throw MigrationError(object.ref.text() + ": its definition is not a CREATE SEQUENCE, so it cannot be changed");
    token = lexer.next();
    if (token.is("IF")) {
        lexer.next();  // NOT
        lexer.next();  // EXISTS
        lexer.next();
    }
    for (;;) {  // the name, whose last part is the token
        const auto end = lexer.position();
        if (!lexer.next().symbol('.')) {
            result.options = std::string_view(object.definition).substr(end);
            return result;
        }
        lexer.next();
    }
}

bool says(std::string_view options, std::string_view word) {
    SqlLexer lexer(options, core::detail::postgresql_lexis);
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; token = lexer.next())
        if (token.is(word)) return true;
    return false;
}

/// A sequence starts at its least number, one that counts down at its greatest: both are options, or PostgreSQL's own.
std::string usual_start(std::string_view options) {
    SqlLexer lexer(options, core::detail::postgresql_lexis);
    std::string least = "1";
    std::string greatest = "-1";
    bool down = false;
    const auto number = [&] {
        SqlToken token = lexer.next();
        if (token.is("BY")) token = lexer.next();
        const bool negative = token.symbol('-');
        if (negative) token = lexer.next();
        return (negative ? "-" : "") + std::string(token.text);
    };
    SqlToken before;
    for (SqlToken token = lexer.next(); token.kind != SqlToken::Kind::end; before = token, token = lexer.next()) {
        if (token.is("INCREMENT")) down = number().starts_with('-');
        if (token.is("MINVALUE") && !before.is("NO")) least = number();
        if (token.is("MAXVALUE") && !before.is("NO")) greatest = number();
    }
    return " START WITH " + (down ? greatest : least);
}

}  // namespace

std::vector<std::string> alter_sequence(const schema::Object& before, const schema::Object& after,
                                        const core::Dialect& dialect) {
    struct Option {
        std::string_view word;
        std::string_view usual;
    };
    constexpr Option all[] = {{"AS", " AS bigint"},         {"INCREMENT", " INCREMENT BY 1"},
                              {"MINVALUE", " NO MINVALUE"}, {"MAXVALUE", " NO MAXVALUE"},
                              {"CACHE", " CACHE 1"},        {"CYCLE", " NO CYCLE"}};
    const Definition old = read(before);
    const Definition now = read(after);
    const std::string alter = "ALTER SEQUENCE " + dialect.quoted(after.ref.name);
    std::vector<std::string> statements;
    if (old.options != now.options) {
        std::string sql = alter;
        for (const auto& option : all)
            if (!says(now.options, option.word)) sql += option.usual;
        if (!says(now.options, "START")) sql += usual_start(now.options);
        statements.push_back(sql += now.options);
    }
    if (old.unlogged != now.unlogged) statements.push_back(alter + (now.unlogged ? " SET UNLOGGED" : " SET LOGGED"));
    if (after.completions.empty() && !before.completions.empty()) statements.push_back(alter + " OWNED BY NONE");
    for (const auto& sql : after.completions)
        if (std::find(before.completions.begin(), before.completions.end(), sql) == before.completions.end())
            statements.push_back(sql);
    return statements;
}

}  // namespace strata::migrate::postgresql
