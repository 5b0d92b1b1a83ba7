#pragma once

#include <strata/schema/detail/sqlite/tokens.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads CREATE TABLE and CREATE INDEX as sqlite_schema stores them. Every part knows its range of bytes in the text:
/// to change one clause and keep everything else (comments too), replace its span. Names are stored without their
/// quotes; spans include them. A span begins at a clause's first token and ends after its last; white space and
/// comments around it are outside. Grammar: https://sqlite.org/lang_createtable.html
namespace strata::schema::detail::sqlite {

enum class ClauseKind : unsigned char {
    primary_key,
    not_null,
    null,  ///< the word NULL, which has no effect
    unique,
    check,
    default_value,
    collate,
    foreign_key,  ///< REFERENCES of a column, FOREIGN KEY of a table
    generated,
    name_only,  ///< CONSTRAINT name with nothing after it, which SQLite accepts
};

/// A column, or an expression, between the parentheses of PRIMARY KEY, UNIQUE or CREATE INDEX.
struct IndexedColumn {
    std::string column;   ///< empty for an expression
    std::string collate;  ///< empty when not given
    bool descending = false;
    Span expression;  ///< without ASC and DESC, with COLLATE
    Span span;        ///< the whole element, without the comma
};

struct ReferencesClause {
    std::string table;
    Span table_span;                   ///< the name as written
    std::vector<std::string> columns;  ///< empty: the referred table's primary key
    std::vector<Span> column_spans;
    std::string on_delete;   ///< upper case: "SET NULL"; empty when not given
    std::string on_update;   ///< likewise
    std::string match;       ///< the word after MATCH; empty when not given
    std::string deferrable;  ///< upper case: "DEFERRABLE INITIALLY DEFERRED", "NOT DEFERRABLE"; empty when not given
};

/// A constraint of a column or of the table.
struct Clause {
    ClauseKind kind = ClauseKind::name_only;
    std::string name;  ///< the name after CONSTRAINT; empty when not given
    Span name_span;    ///< the name as written
    Span span;         ///< from CONSTRAINT, or the first keyword if unnamed, to the last token
    /// Of CHECK and of a generated column: the text between the parentheses. Of DEFAULT: the value, with its
    /// parentheses or sign if written. Empty otherwise.
    Span expression;
    std::vector<IndexedColumn> columns;    ///< of PRIMARY KEY and UNIQUE of a table
    std::vector<std::string> key_columns;  ///< of FOREIGN KEY of a table: the referring columns
    std::vector<Span> key_column_spans;
    std::optional<ReferencesClause> references;
    std::string collation;    ///< of COLLATE
    std::string on_conflict;  ///< upper case: "REPLACE"; empty when not given
    bool autoincrement = false;
    bool descending = false;  ///< of a column's PRIMARY KEY DESC, which is not an alias of the rowid
    bool stored = false;      ///< of a generated column
    /// Of a column's DEFERRABLE that does not follow its REFERENCES: SQLite gives it to the table's last foreign key.
    std::string deferrable;
};

struct ColumnDefinition {
    std::string name;
    Span name_span;
    std::string type;  ///< as written, with each run of white space and comments as one space; empty when not given
    Span type_span;    ///< empty, at the end of the name, when no type is given
    std::vector<Clause> clauses;
    Span span;  ///< from the name to the last token before the comma

    /// The last clause of the kind, which is the one that SQLite takes; null when there is none.
    [[nodiscard]] const Clause* find(ClauseKind kind) const;
};

struct ParsedTable {
    std::string name;
    Span name_span;  ///< the table's name only, without the schema that may qualify it
    std::vector<ColumnDefinition> columns;
    std::vector<Clause> constraints;  ///< of the table
    Span body;                        ///< the text between the outer parentheses
    /// The commas between columns and table constraints, in order (byte offsets). SQLite allows leaving out the comma
    /// between two table constraints.
    std::vector<std::size_t> commas;
    bool without_rowid = false;
    bool strict = false;
    /// From the first word after the body to the last; empty, after the parenthesis, when there are none.
    Span options;

    [[nodiscard]] const ColumnDefinition* find(std::string_view column) const;
    /// The columns of the PRIMARY KEY in order, wherever it is declared; empty when there is none.
    [[nodiscard]] std::vector<std::string> primary_key() const;
    /// The column that is an alias of the rowid (INTEGER PRIMARY KEY), or null.
    [[nodiscard]] const ColumnDefinition* rowid_alias() const;
};

/// Throws UsageError, naming the place, when the text is not a CREATE TABLE with columns (a virtual table is not one).
[[nodiscard]] ParsedTable parse_create_table(std::string_view sql);

struct ParsedVirtualTable {
    std::string name;
    std::string module;  ///< with its arguments, as written: `fts5(title, body)`
    Span module_span;
};

/// Throws UsageError when the text is not a CREATE VIRTUAL TABLE.
[[nodiscard]] ParsedVirtualTable parse_create_virtual_table(std::string_view sql);

struct ParsedIndex {
    std::string name;
    Span name_span;
    std::string table;
    Span table_span;
    bool unique = false;
    std::vector<IndexedColumn> columns;
    Span where;  ///< the predicate without WHERE; empty when there is none
};

/// Throws UsageError when the text is not a CREATE INDEX.
[[nodiscard]] ParsedIndex parse_create_index(std::string_view sql);

}  // namespace strata::schema::detail::sqlite
