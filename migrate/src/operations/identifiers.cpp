#include "identifiers.hpp"

#include "expression_names.hpp"

#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <vector>

namespace strata::migrate {

namespace {

using core::detail::SqlToken;
using core::internal::lower;
using detail::Role;

/// The name that the token spells; std::nullopt when the token is not a name.
std::optional<std::string> name_of(const SqlToken& token) {
    return token.kind == SqlToken::Kind::word ? lower(token.text) : core::detail::name_value(token);
}

bool names(const SqlToken& token, std::string_view name) {
    const auto spelt = name_of(token);
    return spelt && (*spelt == name || lower(*spelt) == lower(name));
}

/// The same among the columns of a table: PostgreSQL may have a column "Year" beside year.
bool names_column(const SqlToken& token, const schema::Table& table, std::string_view name) {
    if (!names(token, name)) return false;
    const auto spelt = name_of(token);
    return *spelt == name || table.find_column(*spelt) == nullptr;
}

std::string with_replaced(std::string_view sql, const std::vector<SqlToken>& tokens, std::string_view name) {
    std::string result;
    std::size_t at = 0;
    for (const auto& token : tokens) {
        result += sql.substr(at, token.begin - at);
        result += quoted(name);
        at = token.end();
    }
    result += sql.substr(at);
    return result;
}

/// What a name after these words names: `AFTER INSERT ON songs`, `UPDATE songs`.
bool comes_before_table(const SqlToken& token) {
    return token.is("ON") || token.is("INTO") || token.is("UPDATE") || token.is("FROM") || token.is("JOIN");
}

}  // namespace

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        if (c == '"') text += c;
        text += c;
    }
    return text + '"';
}

bool mentions(std::string_view expression, std::string_view column) {
    const auto tokens = detail::names_in(expression);
    return std::any_of(tokens.begin(), tokens.end(), [&](const auto& each) {
        return each.role != Role::other && each.role != Role::qualifier && names(each.token, column);
    });
}

std::optional<std::string> with_column_renamed(std::string_view expression, const schema::Table& table,
                                               std::string_view from, std::string_view to) {
    const auto tokens = detail::names_in(expression);
    std::vector<SqlToken> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& [token, role] = tokens[i];
        if (role == Role::other || role == Role::qualifier || !names_column(token, table, from)) continue;
        if (role == Role::unknown) return std::nullopt;
        if (role == Role::column || names(tokens[i - 2].token, table.name.name)) found.push_back(token);
    }
    return with_replaced(expression, found, to);
}

std::optional<std::string> with_table_renamed(std::string_view expression, std::string_view from, std::string_view to) {
    const auto tokens = detail::names_in(expression);
    std::vector<SqlToken> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto& [token, role] = tokens[i];
        if (!names(token, from)) continue;
        const bool qualifies = i + 1 < tokens.size() && tokens[i + 1].token.symbol('.');
        if (role == Role::unknown && qualifies) return std::nullopt;
        if (role == Role::qualifier) found.push_back(token);
    }
    return with_replaced(expression, found, to);
}

std::optional<std::string> statement_with_table_renamed(std::string_view statement, const schema::QualifiedName& from,
                                                        std::string_view to) {
    const auto tokens = detail::tokens_of(statement);
    const auto at = [&](std::size_t i, std::size_t back) { return back <= i ? tokens[i - back] : SqlToken(); };
    std::vector<SqlToken> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (!names(tokens[i], from.name)) continue;
        const auto before = at(i, 1);
        if (before.is("TRIGGER") || before.is("POLICY") || before.is("RULE") || before.is("EXISTS"))
            continue;  // the statement's own name
        const bool in_schema = before.symbol('.') && !from.schema.empty() && names(at(i, 2), from.schema);
        const std::size_t back = in_schema ? 3 : 1;
        const bool plain = i + 1 == tokens.size() || !tokens[i + 1].symbol('.');
        const bool compared = at(i, back + 1).is("DISTINCT");                             // IS DISTINCT FROM songs
        const bool field = at(i, back + 2).symbol('(') && at(i, back + 3).is("EXTRACT");  // extract(year FROM songs)
        if (!plain || compared || field || !comes_before_table(at(i, back))) return std::nullopt;
        found.push_back(tokens[i]);
    }
    return with_replaced(statement, found, to);
}

std::string with_first_renamed(std::string_view statement, std::string_view from, std::string_view to) {
    for (const auto& token : detail::tokens_of(statement))
        if (names(token, from)) return with_replaced(statement, {token}, to);
    return std::string(statement);
}

}  // namespace strata::migrate
