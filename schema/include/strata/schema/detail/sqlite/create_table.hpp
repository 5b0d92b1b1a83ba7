#pragma once

#include <strata/schema/detail/sqlite/tokens.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads CREATE TABLE and CREATE INDEX as sqlite_schema stores them. Every part knows its bytes in the text: to change
/// one clause and keep all else (comments too), replace its span. Names have their quotes taken off; spans have them
/// on. A span starts at a clause's first token and ends behind its last; white space and comments around it are
/// outside. Grammar: https://sqlite.org/lang_createtable.html
namespace strata::schema::detail::sqlite {

enum class ClauseKind : unsigned char {
    primary_key,
    not_null,
    null,  ///< the word NULL, which means nothing
    unique,
    check,
    default_value,
    collate,
    foreign_key,  ///< REFERENCES of a column, FOREIGN KEY of a table
    generated,
    name_only,  ///< CONSTRAINT name with nothing behind it, which SQLite accepts
};

/// A column between the parentheses of PRIMARY KEY, UNIQUE or CREATE INDEX, or an expression there.
struct IndexedColumn {
    std::string column;   ///< empty for an expression
    std::string collate;  ///< empty when not said
    bool descending = false;
    Span expression;  ///< without ASC and DESC, with COLLATE
    Span span;        ///< all of it, without the comma
};

struct ReferencesClause {
    std::string table;
    Span table_span;                   ///< the name as written
    std::vector<std::string> columns;  ///< empty: the other table's primary key
    std::vector<Span> column_spans;
    std::string on_delete;   ///< upper case: "SET NULL"; empty when not said
    std::string on_update;   ///< likewise
    std::string match;       ///< the word behind MATCH; empty when not said
    std::string deferrable;  ///< upper case: "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE"; empty when not said
};

/// A constraint of a column or of the table.
struct Clause {
    ClauseKind kind = ClauseKind::name_only;
    std::string name;  ///< behind CONSTRAINT; empty when not said
    Span name_span;    ///< the name as written
    Span span;         ///< from CONSTRAINT, or its first keyword without it, to its last token
    /// Of CHECK and a generated column: what stands between the parentheses. Of DEFAULT: the value, with its
    /// parentheses or sign where written. Empty otherwise.
    Span expression;
    std::vector<IndexedColumn> columns;    ///< of PRIMARY KEY and UNIQUE of a table
    std::vector<std::string> key_columns;  ///< of FOREIGN KEY of a table: the referring columns
    std::vector<Span> key_column_spans;
    std::optional<ReferencesClause> references;
    std::string collation;    ///< of COLLATE
    std::string on_conflict;  ///< upper case: "REPLACE"; empty when not said
    bool autoincrement = false;
    bool descending = false;  ///< of a column's PRIMARY KEY DESC, which is no rowid alias
    bool stored = false;      ///< of a generated column
};

struct ColumnDefinition {
    std::string name;
    Span name_span;
    std::string type;  ///< as written, white space runs and comments as one space; empty when there is none
    Span type_span;    ///< empty, at the end of the name, when there is none
    std::vector<Clause> clauses;
    Span span;  ///< from the name to the last token before the comma

    [[nodiscard]] const Clause* find(ClauseKind kind) const;
};

struct ParsedTable {
    std::string name;
    Span name_span;  ///< the table's name alone, without a schema before it
    std::vector<ColumnDefinition> columns;
    std::vector<Clause> constraints;  ///< of the table
    Span body;                        ///< what stands between the outer parentheses
    /// The commas between columns and table constraints, in order (offsets of the bytes). SQLite lets the one between
    /// two table constraints be left out.
    std::vector<std::size_t> commas;
    bool without_rowid = false;
    bool strict = false;
    Span options;  ///< from the first word behind the body to the last; empty, behind the parenthesis, when there is
                   ///< none

    [[nodiscard]] const ColumnDefinition* find(std::string_view column) const;
    /// The PRIMARY KEY's columns in order, wherever it is said; empty when there is none.
    [[nodiscard]] std::vector<std::string> primary_key() const;
    /// The column that is an alias of the rowid (INTEGER PRIMARY KEY), or null.
    [[nodiscard]] const ColumnDefinition* rowid_alias() const;
};

/// Throws UsageError, naming the place, when the text is no CREATE TABLE with columns (a virtual table is none).
[[nodiscard]] ParsedTable parse_create_table(std::string_view sql);

struct ParsedIndex {
    std::string name;
    Span name_span;
    std::string table;
    Span table_span;
    bool unique = false;
    std::vector<IndexedColumn> columns;
    Span where;  ///< the predicate without WHERE; empty when there is none
};

/// Throws UsageError when the text is no CREATE INDEX.
[[nodiscard]] ParsedIndex parse_create_index(std::string_view sql);

}  // namespace strata::schema::detail::sqlite
