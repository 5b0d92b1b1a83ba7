#include "missing_names.hpp"

#include "catalogue.hpp"
#include "lexis.hpp"

#include <strata/core/internal/text.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace strata::core::sqlite {

namespace {

using Kind = detail::SqlToken::Kind;
using Names = std::set<std::string>;  // in lower case

bool is_name(const detail::SqlToken& token) { return token.kind == Kind::word || token.kind == Kind::quoted; }
std::string plain(const detail::SqlToken& token) { return detail::name_value(token).value_or(std::string()); }
std::string lower(const detail::SqlToken& token) { return internal::lower(plain(token)); }

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
    return text += '"';
}

std::vector<detail::SqlToken> tokens_of(std::string_view sql) {
    std::vector<detail::SqlToken> tokens;
    detail::SqlLexer lexer(sql, lexis);
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; token = lexer.next()) tokens.push_back(token);
    tokens.emplace_back();  // an end, so that each token has a next
    return tokens;
}

/// The first column of the rows of a query about the catalogue.
std::vector<std::string> ask(::sqlite3* handle, const std::string& sql, std::string_view value) {
    std::vector<std::string> first;
    for (TextRow& row : text_rows(handle, sql, {&value, 1})) first.push_back(std::move(row.front()));
    return first;
}

bool compiles(::sqlite3* handle, const std::string& sql, int* offset = nullptr) {
    sqlite3_stmt* query = nullptr;
    const int code = sqlite3_prepare_v2(handle, sql.c_str(), -1, &query, nullptr);
    if (offset != nullptr) *offset = code == SQLITE_OK ? -1 : sqlite3_error_offset(handle);
    sqlite3_finalize(query);
    return code == SQLITE_OK;
}

struct TableName {
    std::string schema;  // may be empty
    std::string name;

    [[nodiscard]] std::string quoted() const {
        return (schema.empty() ? "" : sqlite::quoted(schema) + ".") + sqlite::quoted(name);
    }
};

/// The names that a statement defines for itself: its common table expressions and their columns, and what follows AS.
Names own_names(const std::vector<detail::SqlToken>& tokens) {
    Names names;
    for (std::size_t i = 1; i + 1 < tokens.size(); ++i) {
        if (!tokens[i].is("AS")) continue;
        if (is_name(tokens[i + 1])) names.insert(lower(tokens[i + 1]));
        std::size_t before = i - 1;
        if (tokens[before].symbol(')')) {  // name (columns) AS
            while (before > 0 && !tokens[before].symbol('(')) {
                if (is_name(tokens[before])) names.insert(lower(tokens[before]));
                --before;
            }
            if (before > 0) --before;
        }
        const bool query = tokens[i + 1].symbol('(') || tokens[i + 1].is("NOT") || tokens[i + 1].is("MATERIALIZED");
        if (query && is_name(tokens[before])) names.insert(lower(tokens[before]));
    }
    return names;
}

/// The tables that a statement names: what follows FROM, JOIN, INTO, UPDATE, the commas of FROM, the TABLE of ALTER and
/// DROP, and the ON of CREATE.
std::vector<TableName> tables_of(const std::vector<detail::SqlToken>& tokens) {
    const Names own = own_names(tokens);
    std::vector<TableName> tables;
    // CREATE [UNIQUE] INDEX ... ON t, CREATE [TEMP] TRIGGER ... ON t
    bool names_after_on = false;
    for (std::size_t i = 1; tokens.front().is("CREATE") && i < std::min<std::size_t>(tokens.size(), 3); ++i)
        names_after_on = names_after_on || tokens[i].is("INDEX") || tokens[i].is("TRIGGER");
    const bool changes = tokens.front().is("ALTER") || tokens.front().is("DROP");
    int depth = 0;
    std::vector<int> from;  // the depths of the FROM clauses that are open
    detail::SqlToken before;
    for (std::size_t i = 0; i + 1 < tokens.size(); before = tokens[i], ++i) {
        const detail::SqlToken& token = tokens[i];
        if (token.symbol('(')) ++depth;
        if (token.symbol(')')) --depth;
        while (!from.empty() && from.back() > depth) from.pop_back();
        const bool ends = token.is("WHERE") || token.is("GROUP") || token.is("ORDER") || token.is("SELECT") ||
                          token.is("SET") || token.is("LIMIT") || token.is("UNION") || token.is("RETURNING") ||
                          token.is("WINDOW") || token.is("HAVING");
        if (ends && !from.empty() && from.back() == depth) from.pop_back();
        const bool begins = token.is("FROM") && !before.is("DISTINCT");
        if (begins) from.push_back(depth);
        const bool comma = token.symbol(',') && !from.empty() && from.back() == depth;
        const bool updates = token.is("UPDATE") && !before.is("DO") && !before.is("BEFORE") && !before.is("AFTER") &&
                             !before.is("OF") && !before.is("INSTEAD") && !before.is("ON");
        if (!begins && !comma && !updates && !token.is("JOIN") && !token.is("INTO") &&
            !(changes && token.is("TABLE")) && !(names_after_on && token.is("ON")))
            continue;
        const bool indexed = names_after_on && token.is("ON");
        if (indexed) names_after_on = false;
        std::size_t at = i + 1;
        if (updates && tokens[at].is("OR")) at += 2;  // UPDATE OR IGNORE t
        if (changes && tokens[at].is("IF")) continue;
        if (!is_name(tokens[at])) continue;
        TableName table{{}, plain(tokens[at])};
        if (tokens[at + 1].symbol('.') && is_name(tokens[at + 2])) {
            table = {table.name, plain(tokens[at + 2])};
            at += 2;
        }
        const bool calls = tokens[at + 1].symbol('(') && !token.is("INTO") && !indexed;
        if (calls || (table.schema.empty() && own.contains(internal::lower(table.name)))) continue;
        tables.push_back(std::move(table));
    }
    return tables;
}

std::string missing_table(::sqlite3* handle, std::string_view sql, int views_left) {
    for (const TableName& table : tables_of(tokens_of(sql))) {
        // This finds tables of every schema, of modules, and the catalogue's own.
        if (compiles(handle, "SELECT 1 FROM " + table.quoted())) continue;
        const std::string schema = table.schema.empty() ? "main" : table.schema;
        auto definitions = ask(
            handle, "SELECT sql FROM " + quoted(schema) + ".sqlite_schema WHERE lower(name) = lower(?)", table.name);
        if (definitions.empty()) return table.name;
        if (views_left == 0) continue;
        std::string further = missing_table(handle, definitions.front(), views_left - 1);
        if (!further.empty()) return further;
    }
    return {};
}

/// The columns of a statement's tables, the names that it defines, and those of the rowid.
Names known_columns(::sqlite3* handle, const std::vector<detail::SqlToken>& tokens) {
    Names columns = own_names(tokens);
    columns.insert({"rowid", "oid", "_rowid_"});
    for (const TableName& table : tables_of(tokens)) {
        for (std::string& name : ask(handle, "SELECT lower(name) FROM pragma_table_xinfo(?)", table.name))
            columns.insert(std::move(name));
    }
    return columns;
}

/// The name at SQLite's error, `a` or `t.a`: its last token and the place of all of it.
struct NameAt {
    std::string name;  // in lower case
    std::size_t begin = 0;
    std::size_t end = 0;
};
std::optional<NameAt> name_at(const std::vector<detail::SqlToken>& tokens, std::size_t offset) {
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        if (tokens[i].begin != offset || !is_name(tokens[i])) continue;
        std::size_t last = i;
        while (tokens[last + 1].symbol('.') && is_name(tokens[last + 2])) last += 2;
        if (tokens[last + 1].symbol('(')) return std::nullopt;  // a function
        return NameAt{lower(tokens[last]), tokens[i].begin, tokens[last].end()};
    }
    return std::nullopt;
}

/// Whether one of the columns that INSERT or UPDATE writes is not known.
bool writes_missing_column(const std::vector<detail::SqlToken>& tokens, const Names& known) {
    const auto verb = std::find_if(tokens.begin(), tokens.end(), [](const detail::SqlToken& token) {
        return token.is("INSERT") || token.is("REPLACE") || token.is("UPDATE");
    });
    if (verb == tokens.end()) return false;
    bool sets = false;
    int depth = 0;
    for (auto token = verb + 1; token->kind != Kind::end; ++token) {
        const detail::SqlToken& before = *(token - 1);
        if (token->symbol('(')) ++depth;
        if (token->symbol(')')) --depth;
        if (token->is("VALUES") || token->is("SELECT") || token->is("WHERE") || token->is("FROM")) return false;
        const bool listed = !sets && depth == 1 && (before.symbol('(') || before.symbol(','));
        const bool assigned = sets && depth == 0 && (before.is("SET") || before.symbol(','));
        if ((listed || assigned) && is_name(*token) && !known.contains(lower(*token))) return true;
        if (token->is("SET")) sets = true;
    }
    return false;
}

}  // namespace

std::string missing_table(::sqlite3* handle, std::string_view sql) {
    constexpr int deepest_view = 16;
    return missing_table(handle, sql, deepest_view);
}

std::vector<std::string> tables_named(std::string_view sql) {
    std::vector<std::string> names;
    for (TableName& table : tables_of(tokens_of(sql))) names.push_back(std::move(table.name));
    return names;
}

bool names_missing_column(::sqlite3* handle, std::string_view sql, int offset) {
    const std::vector<detail::SqlToken> tokens = tokens_of(sql);
    const Names known = known_columns(handle, tokens);
    if (offset < 0) return writes_missing_column(tokens, known);
    const std::optional<NameAt> name = name_at(tokens, static_cast<std::size_t>(offset));
    if (!name || known.contains(name->name)) return false;
    // Only if the error goes away or moves on without the name, is the name its cause.
    std::string without(sql);
    without.replace(name->begin, name->end - name->begin, "NULL");
    int next = -1;
    return compiles(handle, without, &next) || next != offset;
}

namespace {

/// The columns of the table at the front of the list, if each entry up to its end is one: a name may contain a comma.
std::optional<std::vector<std::string>> columns_in(::sqlite3* handle, const std::string& table,
                                                   std::string_view places) {
    const std::vector<std::string> known = ask(handle, "SELECT name FROM pragma_table_xinfo(?)", table);
    std::vector<std::string> columns;
    while (!places.empty()) {
        if (!places.starts_with(table) || !places.substr(table.size()).starts_with('.')) return std::nullopt;
        const std::string_view rest = places.substr(table.size() + 1);
        const auto column = std::ranges::find_if(known, [&](const std::string& name) {
            return rest.starts_with(name) &&
                   (rest.size() == name.size() || rest.substr(name.size()).starts_with(", " + table + "."));
        });
        if (column == known.end()) return std::nullopt;
        places = rest.substr(std::min(column->size() + 2, rest.size()));
        columns.push_back(*column);
    }
    return columns;
}

}  // namespace

Places named_places(::sqlite3* handle, std::string_view places) {
    for (auto dot = places.find('.'); dot != std::string_view::npos; dot = places.find('.', dot + 1)) {
        std::string table(places.substr(0, dot));
        if (auto columns = columns_in(handle, table, places)) return {std::move(table), std::move(*columns)};
    }
    return {};
}

}  // namespace strata::core::sqlite
