#include "sqlite_catalogue.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/engine.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace strata::test {
namespace {

using namespace schema::detail::sqlite;

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

/// The tokens, names without their quotes and case, without outer parentheses.
std::string plain(std::string_view sql) {
    auto tokens = tokenize(sql);
    const auto is = [&](std::size_t i, std::string_view text) { return tokens[i].span.of(sql) == text; };
    const auto enclosed = [&] {
        if (tokens.size() < 3 || !is(0, "(") || !is(tokens.size() - 1, ")")) return false;
        int depth = 0;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
            if (is(i, "(")) ++depth;
            if (is(i, ")")) --depth;
            if (depth == 0) return false;
        }
        return true;
    };
    while (enclosed()) tokens = {tokens.begin() + 1, tokens.end() - 1};
    std::string text;
    for (const auto& token : tokens) {
        const bool name = token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
        text += name                            ? lower(identifier(token.span.of(sql)))
                : token.kind == TokenKind::blob ? lower(std::string(token.span.of(sql)))
                                                : std::string(token.span.of(sql));
        text += ' ';
    }
    return text;
}

/// The value of a DEFAULT: a name there is a string.
std::string default_text(std::string_view sql) {
    const auto tokens = tokenize(sql);
    const auto name = tokens.size() == 1 ? std::string(tokens[0].span.of(sql)) : std::string();
    const bool word = tokens.size() == 1 && tokens[0].kind == TokenKind::word;
    static const std::set<std::string> constants{"null",         "true",         "false",
                                                 "current_time", "current_date", "current_timestamp"};
    if (tokens.size() == 1 &&
        (tokens[0].kind == TokenKind::quoted_identifier || (word && !constants.contains(lower(name)))))
        return "'" + identifier(name) + "' ";
    return plain(sql);
}

std::string list(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += lower(name) + ",";
    return text;
}

using Tables = std::map<std::string, ParsedTable>;

std::string constraint(const Clause& clause, const ColumnDefinition* column, const std::string& sql,
                       const ParsedTable& table, const Tables& all) {
    std::string text = clause.name.empty() ? "" : "constraint " + clause.name + " ";
    const auto columns = [&] {
        if (column != nullptr) return lower(column->name) + (clause.descending ? " desc" : "") + ",";
        std::string names;
        for (const auto& each : clause.columns)
            names += lower(each.column) + " " + lower(each.collate) + (each.descending ? " desc" : "") + ",";
        std::string tidy;
        for (const char c : names)
            if (c != ' ' || tidy.back() != ' ') tidy += c;
        for (std::size_t at; (at = tidy.find(" ,")) != std::string::npos;) tidy.erase(at, 1);
        return tidy;
    };
    switch (clause.kind) {
        case ClauseKind::primary_key:
            text += "primary key " + columns() + (clause.autoincrement ? " autoincrement" : "");
            break;
        case ClauseKind::unique:
            text += "unique " + columns();
            break;
        case ClauseKind::check:
            return text + "check " + plain(clause.expression.of(sql));
        case ClauseKind::foreign_key: {
            const auto& to = *clause.references;
            text += "foreign key " + (column != nullptr ? lower(column->name) + "," : list(clause.key_columns));
            auto referred = to.columns;
            const auto found = all.find(lower(to.table));
            const auto* other = lower(to.table) == lower(table.name) ? &table
                                : found != all.end()                 ? &found->second
                                                                     : nullptr;
            if (referred.empty() && other != nullptr) referred = other->primary_key();
            const auto action = [](const std::string& words) { return words == "NO ACTION" ? "" : words; };
            const auto match = lower(to.match);
            text += " to " + lower(to.table) + " " + list(referred) + " delete " + action(to.on_delete) + " update " +
                    action(to.on_update) + (match.empty() || match == "simple" ? "" : " match " + match) +
                    (to.deferrable.starts_with("DEFERRABLE") ? " deferrable" : "") +
                    (to.deferrable == "DEFERRABLE INITIALLY DEFERRED" ? " deferred" : "");
            break;
        }
        default:
            break;
    }
    return text + " " + clause.on_conflict;
}

/// A table, one line for each thing that it says.
std::string table_text(const std::string& sql, const Tables& all) {
    const auto table = parse_create_table(sql);
    const auto key = table.primary_key();
    std::string text = table.name + (table.strict ? " strict" : "") + (table.without_rowid ? " without rowid" : "");
    std::multiset<std::string> constraints;
    for (const auto& column : table.columns) {
        text += "\n" + column.name + " " + lower(column.type);
        // In these SQLite takes NOT NULL as said.
        const bool implied =
            table.rowid_alias() == &column ||
            ((table.without_rowid || table.strict) && std::find(key.begin(), key.end(), column.name) != key.end());
        std::multiset<std::string> clauses;  // in any order
        for (const auto& clause : column.clauses) {
            if (clause.kind == ClauseKind::not_null && (!implied || !clause.name.empty()))
                clauses.insert(" not null " + clause.name + " " + clause.on_conflict);
            if (clause.kind == ClauseKind::default_value && default_text(clause.expression.of(sql)) != "null ")
                clauses.insert(" default " + default_text(clause.expression.of(sql)));
            if (clause.kind == ClauseKind::collate) clauses.insert(" collate " + lower(clause.collation));
            if (clause.kind == ClauseKind::generated)
                clauses.insert(" as " + plain(clause.expression.of(sql)) + (clause.stored ? "stored" : "virtual"));
            if (clause.kind == ClauseKind::primary_key || clause.kind == ClauseKind::unique ||
                clause.kind == ClauseKind::check || clause.kind == ClauseKind::foreign_key)
                constraints.insert(constraint(clause, &column, sql, table, all));
        }
        for (const auto& clause : clauses) text += clause;
    }
    for (const auto& clause : table.constraints) constraints.insert(constraint(clause, nullptr, sql, table, all));
    for (const auto& each : constraints) text += "\n" + each;
    return text;
}

std::string index_text(const std::string& sql) {
    const auto index = parse_create_index(sql);
    std::string text = index.name + (index.unique ? " unique on " : " on ") + lower(index.table);
    for (const auto& column : index.columns) {
        text += "\n" + (column.column.empty() ? plain(column.expression.of(sql))
                                              : lower(column.column) + " " + lower(column.collate));
        if (column.descending) text += " desc";
    }
    return text + "\nwhere " + plain(index.where.of(sql));
}

}  // namespace

std::map<std::string, std::string> sqlite_objects(const TestDatabase& db) {
    const core::Engine engine(db.url());
    const auto connection = engine.connect();
    std::vector<std::array<std::string, 3>> rows;
    {
        auto cursor = connection->query(
            "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~'");
        while (cursor.next())
            rows.push_back({std::string(cursor.row().text(0)), std::string(cursor.row().text(1)),
                            std::string(cursor.row().text(2))});
    }
    Tables tables;
    for (const auto& [type, name, sql] : rows)
        if (type == "table" && !sql.starts_with("CREATE VIRTUAL")) tables[lower(name)] = parse_create_table(sql);
    std::map<std::string, std::string> result;
    for (const auto& [type, name, sql] : rows) {
        std::string text = sql;
        if (sql.starts_with("CREATE VIRTUAL"))
            text = parse_create_virtual_table(sql).module;
        else if (type == "table")
            text = table_text(sql, tables);
        else if (type == "index")
            text = index_text(sql);
        result[type + " " + name] = text;
    }
    return result;
}

std::string sqlite_pragmas(const TestDatabase& db) {
    return db.shell(R"(
        SELECT 'column', m.name, x.cid, x.name, replace(upper(x.type), ' ', ''), x.hidden, x.pk
            FROM sqlite_schema m, pragma_table_xinfo(m.name) x WHERE m.type IN ('table', 'view') AND x.cid >= 0
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.name, x.cid;
        SELECT 'index', m.name, i."unique", i.origin, i.partial,
               (SELECT group_concat(coalesce(x.name, '-') || ' ' || x.desc || ' ' || coalesce(x.coll, '-') || x.key)
                FROM pragma_index_xinfo(i.name) x) AS columns
            FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table'
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY m.name, i.origin, columns, i.name;
        SELECT 'key', m.name, lower(f."table"), f."from", f.on_update, f.on_delete, f.seq
            FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
            AND m.sql NOT LIKE 'CREATE VIRTUAL %' ORDER BY 2, 3, 4, 5, 6, 7;
        SELECT 'table', name, type, wr, strict FROM pragma_table_list
            WHERE schema = 'main' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name;)");
}

}  // namespace strata::test
