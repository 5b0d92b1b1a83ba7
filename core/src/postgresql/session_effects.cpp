#include "session_effects.hpp"

#include "dialect.hpp"
#include "driver.hpp"
#include "lexis.hpp"
#include "parameters.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>

#include <algorithm>
#include <vector>

namespace strata::core::postgresql {

namespace {

using Kind = detail::SqlToken::Kind;

struct Effect {
    std::string_view name;  // as PostgreSQL folds it
    std::string_view advice;
};

/// https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
constexpr std::string_view use_transaction_lock = "use pg_advisory_xact_lock";
constexpr std::string_view use_returning = "use RETURNING";
constexpr Effect lasting_functions[] = {
    {"pg_advisory_lock", use_transaction_lock},
    {"pg_advisory_lock_shared", use_transaction_lock},
    {"pg_try_advisory_lock", use_transaction_lock},
    {"pg_try_advisory_lock_shared", use_transaction_lock},
    {"pg_advisory_unlock", use_transaction_lock},
    {"pg_advisory_unlock_shared", use_transaction_lock},
    {"pg_advisory_unlock_all", use_transaction_lock},
    {"currval", use_returning},
    {"lastval", use_returning},
    {"setseed", "make the numbers in the application"},
};
constexpr std::string_view another_session = "connect to the server directly for it";
constexpr Effect lasting_commands[] = {
    {"listen", another_session},   {"unlisten", another_session}, {"load", another_session},
    {"discard", another_session},  {"prepare", "bind values"},    {"execute", "bind values"},
    {"deallocate", "bind values"},
};

template <std::size_t N>
const Effect* find(const Effect (&effects)[N], std::string_view name) {
    const auto* const found = std::ranges::find(effects, name, &Effect::name);
    return found == std::end(effects) ? nullptr : found;
}

/// The name that a token means to the server: words in lower case, quoted names as they are.
std::string folded(const detail::SqlToken& token) {
    std::string name = detail::name_value(token).value_or(std::string());
    return token.kind == Kind::word ? internal::lower(name) : name;
}

/// Whether the call whose parenthesis was just read has exactly `true` as its last argument.
bool ends_with_true(detail::SqlLexer lexer) {
    std::vector<detail::SqlToken> last;  // the tokens of the last argument
    int depth = 1;
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        if (token.symbol('(')) ++depth;
        if (token.symbol(')') && --depth == 0) break;
        if (token.symbol(',') && depth == 1) {
            last.clear();
        } else {
            last.push_back(token);
        }
    }
    return last.size() == 1 && last.front().is("TRUE");
}

/// `SET LOCAL`, `SET TRANSACTION` and `SET CONSTRAINTS` end with the transaction.
bool set_lasts(detail::SqlLexer lexer) {
    const detail::SqlToken what = lexer.next();
    return !what.is("LOCAL") && !what.is("TRANSACTION") && !what.is("CONSTRAINTS");
}

/// Judges a statement by its first word.
SessionEffect effect_of_command(std::string_view sql) {
    detail::SqlLexer lexer(sql, lexis);
    const detail::SqlToken first = lexer.next();
    if (first.is("SET") && set_lasts(lexer)) return {Leftover::undone_by_reset, "SET", "use SET LOCAL"};
    if (first.is("RESET")) return {Leftover::undone_by_reset, "RESET", "use SET LOCAL"};
    if (first.is("PREPARE") && detail::SqlLexer(lexer).next().is("TRANSACTION")) return {};
    if (first.kind != Kind::word) return {};
    const Effect* const command = find(lasting_commands, internal::lower(first.text));
    return command == nullptr ? SessionEffect() : SessionEffect{Leftover::lasting, command->name, command->advice};
}

/// A temporary object outlives its transaction unless it is a table that says ON COMMIT DROP.
bool drops_on_commit(std::string_view sql) {
    detail::SqlLexer lexer(sql, lexis);
    detail::SqlToken before;
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; before = token, token = lexer.next())
        if (before.is("COMMIT") && token.is("DROP")) return true;
    return false;
}

/// The table of the catalogue that the statement writes to, whose name comes after the token: after INTO, UPDATE or
/// DELETE FROM. Empty: another table, or no name at all.
std::string catalogue_table(detail::SqlLexer lexer) {
    detail::SqlToken token = lexer.next();
    if (token.is("ONLY")) token = lexer.next();
    if (token.kind != Kind::word && token.kind != Kind::quoted) return {};
    std::string name = folded(token);
    token = lexer.next();
    if (!token.symbol('.')) return name.starts_with("pg_") ? name : std::string();
    return name == "pg_catalog" || name == "information_schema" ? folded(lexer.next()) : std::string();
}

bool mentions_strings_setting(std::string_view statement) {
    return internal::lower(statement).find("standard_conforming_strings") != std::string::npos;
}

/// SET [SESSION | LOCAL] standard_conforming_strings { = | TO } { on | true }
bool switches_strings_on(std::string_view statement) {
    detail::SqlLexer lexer(statement, lexis);
    if (!lexer.next().is("SET")) return false;
    detail::SqlToken token = lexer.next();
    if (token.is("SESSION") || token.is("LOCAL")) token = lexer.next();
    if (folded(token) != "standard_conforming_strings") return false;
    token = lexer.next();
    if (!token.symbol('=') && !token.is("TO")) return false;
    token = lexer.next();
    const bool on = token.is("ON") || token.is("TRUE") || token.text == "'on'" || token.text == "'true'";
    return on && lexer.next().kind == Kind::end;
}

/// For each name: whether something named so runs code of users, or an expression that it evaluates. The name '' stands
/// for what no name shows: functions of users behind operators, casts, operator classes and ranges.
/// https://www.postgresql.org/docs/15/catalogs.html
constexpr const char* hidden_effects_sql = R"(
WITH RECURSIVE users_functions (oid) AS (
  SELECT p.oid FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  WHERE p.oid >= 16384 AND l.lanname NOT IN ('c', 'internal')  -- the oids below are those of initdb
), reached (name, oid) AS (
  SELECT relname, oid FROM pg_catalog.pg_class
  WHERE relname = ANY ($1::pg_catalog.name[]) AND relkind IN ('r', 'p', 'v', 'm', 'f')
    AND (oid >= 16384 OR relname = 'pg_settings')  -- to update it is to set
  UNION
  SELECT reached.name, further.oid FROM reached CROSS JOIN LATERAL (
    SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = reached.oid
    UNION ALL
    SELECT conrelid FROM pg_catalog.pg_constraint
    WHERE confrelid = reached.oid AND contype = 'f'
      AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))
    UNION ALL
    SELECT d.refobjid FROM pg_catalog.pg_rewrite w
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = w.oid
      AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    WHERE w.ev_class = reached.oid
  ) AS further (oid)
), types (name, oid) AS (  -- that the statement names, or columns have, and what these are made of
  SELECT first.name, first.oid FROM (
    SELECT typname, oid FROM pg_catalog.pg_type WHERE typname = ANY ($1::pg_catalog.name[]) AND oid >= 16384
    UNION
    SELECT r.name, a.atttypid FROM reached r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid
    WHERE a.attnum > 0 AND a.atttypid >= 16384
  ) AS first (name, oid)
  UNION
  SELECT types.name, part.oid FROM types JOIN pg_catalog.pg_type t USING (oid) CROSS JOIN LATERAL (
    SELECT t.typbasetype
    UNION ALL
    SELECT t.typelem
    UNION ALL
    SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = t.typrelid AND attnum > 0
  ) AS part (oid) WHERE part.oid >= 16384
), parts (name, classid, objid, expression) AS (
  SELECT r.name, 'pg_catalog.pg_rewrite'::pg_catalog.regclass, w.oid,
    CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_get_viewdef(c.oid) END
  FROM reached r JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid
  WHERE c.relkind = 'v'
  UNION ALL
  SELECT r.name, 'pg_catalog.pg_attrdef'::pg_catalog.regclass, a.oid, pg_catalog.pg_get_expr(a.adbin, a.adrelid)
  FROM reached r JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_attrdef a ON a.adrelid = c.oid
  WHERE NOT c.relispartition OR c.relname = r.name
  UNION ALL
  SELECT r.name, 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, pg_catalog.pg_get_expr(k.conbin, k.conrelid)
  FROM reached r JOIN pg_catalog.pg_class c USING (oid) JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid
  WHERE k.contype = 'c' AND (NOT c.relispartition OR c.relname = r.name)
  UNION ALL
  SELECT r.name, 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid, NULL
  FROM reached r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
  WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
  UNION ALL
  SELECT r.name, 'pg_catalog.pg_class'::pg_catalog.regclass, partitioned.relid, NULL
  FROM reached r CROSS JOIN LATERAL pg_catalog.pg_partition_ancestors(r.oid) AS partitioned
  UNION ALL
  SELECT types.name, 'pg_catalog.pg_constraint'::pg_catalog.regclass, k.oid, pg_catalog.pg_get_expr(k.conbin, 0)
  FROM types JOIN pg_catalog.pg_constraint k ON k.contypid = types.oid
  UNION ALL
  SELECT types.name, 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, pg_catalog.pg_get_expr(t.typdefaultbin, 0)
  FROM types JOIN pg_catalog.pg_type t USING (oid)
)
SELECT r.name, true, NULL FROM reached r JOIN pg_catalog.pg_class c USING (oid)
WHERE c.relrowsecurity OR (c.relhasrules AND c.relkind NOT IN ('v', 'm'))
  OR EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
UNION
SELECT name, false, expression FROM parts WHERE expression IS NOT NULL
UNION
SELECT parts.name, true, NULL FROM parts
JOIN pg_catalog.pg_depend d ON d.classid = parts.classid AND d.objid = parts.objid
  AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
JOIN users_functions f ON f.oid = d.refobjid
UNION
SELECT p.proname, true, NULL FROM pg_catalog.pg_proc p JOIN users_functions f USING (oid)
WHERE p.proname = ANY ($1::pg_catalog.name[])
UNION
SELECT '', true, NULL FROM users_functions f
WHERE '' = ANY ($1::pg_catalog.name[])
  AND (f.oid IN (SELECT oprcode FROM pg_catalog.pg_operator) OR f.oid IN (SELECT castfunc FROM pg_catalog.pg_cast)
    OR f.oid IN (SELECT amproc FROM pg_catalog.pg_amproc)
    OR EXISTS (SELECT FROM pg_catalog.pg_range WHERE f.oid IN (rngcanonical, rngsubdiff))))";

/// A default that numbers rows is in nearly every table, and only lastval() tells of it.
bool may_change_session(std::string_view expression) {
    if (expression.starts_with("nextval(") && std::ranges::count(expression, '(') == 1) return false;
    const bool query = detail::classify_words(expression, lexis) == StatementClass::rows;
    return detail::may_change_session(query ? std::string(expression) : "SELECT " + std::string(expression), lexis);
}

}  // namespace

std::string written_catalogue_table(std::string_view sql) {
    detail::SqlLexer lexer(sql, lexis);
    detail::SqlToken before;
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; before = token, token = lexer.next()) {
        const bool writes = token.is("INTO") || token.is("UPDATE") || (before.is("DELETE") && token.is("FROM"));
        if (!writes) continue;
        if (std::string table = catalogue_table(lexer); !table.empty()) return table;
    }
    return {};
}

SessionEffect session_effect_of(std::string_view sql) {
    SessionEffect found = effect_of_command(sql);
    if (written_catalogue_table(sql) == "pg_settings")
        found = {Leftover::undone_by_reset, "UPDATE pg_settings", "use SET LOCAL"};
    detail::SqlLexer lexer(sql, lexis);
    detail::SqlToken before;
    bool creates = false;
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; before = token, token = lexer.next()) {
        if (found.leftover == Leftover::lasting) break;
        creates = creates || token.is("CREATE") || token.is("INTO");
        if (before.is("WITH") && token.is("HOLD")) return {Leftover::lasting, "WITH HOLD", "read it in a transaction"};
        const bool modifies = before.is("CREATE") || before.is("REPLACE") || before.is("LOCAL") ||
                              before.is("GLOBAL") || before.is("INTO");
        const bool temporary = ((token.is("TEMP") || token.is("TEMPORARY")) && modifies) ||
                               (creates && token.symbol('.') && folded(before) == "pg_temp");
        if (temporary && !drops_on_commit(sql))
            found = {Leftover::undone_by_reset, "a temporary object", "say ON COMMIT DROP"};
        if (!token.symbol('(')) continue;
        const std::string name = folded(before);
        if (const Effect* const function = find(lasting_functions, name))
            return {Leftover::lasting, function->name, function->advice};
        if (name == "set_config" && !ends_with_true(lexer))
            found = {Leftover::undone_by_reset, "set_config", "give it true as its last argument"};
    }
    return found;
}

bool is_unrestorable(std::string_view statement) { return detail::SqlLexer(statement, lexis).next().is("LOAD"); }

void check_script_strings(std::span<const std::string_view> statements) {
    const auto has_backslash = [](std::string_view text) { return text.find('\\') != std::string_view::npos; };
    if (std::ranges::none_of(statements, has_backslash)) return;
    for (const std::string_view statement : statements) {
        if (mentions_strings_setting(statement) && !switches_strings_on(statement))
            throw UsageError(
                "the script sets standard_conforming_strings and holds a backslash, whose meaning would then change; "
                "leave the setting on");
    }
}

bool HiddenEffects::of(std::string_view sql, Driver& driver) {
    std::vector<std::string> names{std::string()};  // what no name shows
    std::vector<std::string_view> unknown;
    detail::SqlLexer lexer(sql, lexis);
    for (detail::SqlToken token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
        if (token.kind != Kind::word && token.kind != Kind::quoted) continue;
        std::string name = folded(token);
        if (name.size() > dialect().max_identifier_length()) return true;  // the server knows it under a shorter one
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    for (const std::string& name : names)
        if (!active_.contains(name)) unknown.push_back(name);
    if (!unknown.empty()) ask(unknown, driver);
    return std::ranges::any_of(names, [&](const std::string& name) { return active_.find(name)->second; });
}

void HiddenEffects::ask(std::span<const std::string_view> names, Driver& driver) {
    const std::string list = array_of_names(names);
    const Value values[] = {Value::text(list)};
    Parameters parameters;
    parameters.set(values);
    const ResultPtr found = driver.channel().execute_unnamed(hidden_effects_sql, parameters, driver.deadline());
    if (PQresultStatus(found.get()) != PGRES_TUPLES_OK) driver.fail_last(found.get(), hidden_effects_sql, true, false);
    for (const std::string_view name : names) active_.emplace(name, false);
    for (int row = 0; row < PQntuples(found.get()); ++row) {
        const bool active =
            *PQgetvalue(found.get(), row, 1) == 't' || may_change_session(PQgetvalue(found.get(), row, 2));
        if (active) active_.insert_or_assign(PQgetvalue(found.get(), row, 0), true);
    }
}

}  // namespace strata::core::postgresql
