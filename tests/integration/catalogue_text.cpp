#include "catalogue_text.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/url.hpp>

#include <algorithm>
#include <regex>
#include <vector>

namespace strata::test {

using core::Connection;

namespace {

/// Without what no model says: the names of the checks that keep SQLite's enum types and booleans, which follow the
/// table's name when it is made anew, and the type that PostgreSQL remembers of a default's literal.
std::string without_chance(const std::string& line) {
    static const std::regex chance("CONSTRAINT ck_\\w+_(boolean|enum) |::(text|character varying)\\b");
    return std::regex_replace(line, chance, "");
}

/// The definition with the entries of its list in order, and its white space evened out.
std::string in_order(const std::string& sql) {
    std::string even;
    for (const char c : sql) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        if (c == '"') continue;  // SQLite quotes what it renames
        if (!space)
            even += c;
        else if (!even.empty() && even.back() != ' ' && even.back() != '(')
            even += ' ';
    }
    if (!even.starts_with("CREATE TABLE")) return even;
    const auto open = even.find('(');
    const auto close = even.rfind(')');
    if (open == std::string::npos) return even;
    std::vector<std::string> entries{""};
    int depth = 0;
    for (std::size_t i = open + 1; i < close; ++i) {
        if (even[i] == '(') ++depth;
        if (even[i] == ')') --depth;
        if (even[i] == ',' && depth == 0)
            entries.emplace_back();
        else if (even[i] != ' ' || !entries.back().empty())
            entries.back() += even[i];
    }
    for (auto& entry : entries)
        while (entry.ends_with(' ')) entry.pop_back();
    std::sort(entries.begin(), entries.end());
    std::string text = even.substr(0, open);
    for (const auto& entry : entries) text += "\n    " + entry;
    return text + "\n" + even.substr(close + 1);
}

}  // namespace

std::string catalogue_text(const TestDatabase& db) {
    Connection connection(strata::core::Url::parse(db.url()));
    std::vector<std::string> lines;
    const auto take = [&](const std::string& sql, bool statement) {
        auto cursor = connection.query(sql);
        while (cursor.next()) {
            const std::string line(cursor.row().text(0));
            lines.push_back(without_chance(statement ? in_order(line) : line));
        }
    };
    if (db.is_sqlite()) {
        take(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type = 'table' AND name NOT LIKE 'strata_%' AND "
            "name NOT LIKE 'sqlite_%'",
            true);
        take("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'table' AND tbl_name NOT LIKE 'strata_%'",
             true);
    } else {
        const std::string ours =
            " c.relnamespace = current_schema()::regnamespace AND c.relname NOT LIKE 'strata\\_%' ";
        take(
            "SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || "
            "a.attnotnull || ' ' || a.attidentity::text || a.attgenerated::text || ' ' || "
            "coalesce(pg_get_expr(d.adbin, d.adrelid), '') "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum "
            "WHERE c.relkind IN ('r', 'v') AND" +
                ours,
            false);
        take(
            "SELECT c.relname || ': ' || k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k "
            "JOIN pg_class c ON c.oid = k.conrelid WHERE" +
                ours,
            false);
        take("SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE" + ours,
             false);
        take(
            "SELECT t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t "
            "JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = current_schema()::regnamespace "
            "GROUP BY t.typname",
            false);
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
}

}  // namespace strata::test
