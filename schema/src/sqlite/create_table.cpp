#include "strata/schema/detail/sqlite/create_table.hpp"

#include "sqlite/token_reader.hpp"

#include <algorithm>
#include <array>

namespace strata::schema::detail::sqlite {
namespace {

constexpr std::array<std::string_view, 9> clause_words{"CONSTRAINT", "PRIMARY",    "NOT",     "NULL", "UNIQUE",
                                                       "CHECK",      "REFERENCES", "COLLATE", "AS"};

class TableParser {
public:
    explicit TableParser(std::string_view sql) : in_(sql, "CREATE TABLE") {}

    ParsedTable parse() {
        in_.expect("CREATE");
        if (!in_.accept("TEMP")) in_.accept("TEMPORARY");
        in_.expect("TABLE");
        if (in_.accept("IF")) in_.expect("NOT"), in_.expect("EXISTS");
        table_.name = in_.qualified_name(table_.name_span);
        in_.expect("(");
        table_.body.begin = in_.previous_end();
        body();
        table_.body.end = in_.expect(")").begin;
        options();
        in_.accept(";");
        in_.expect_end();
        return std::move(table_);
    }

private:
    void body() {
        table_.columns.push_back(column());
        while (in_.is(",")) {
            table_.commas.push_back(in_.next().begin);
            if (at_table_constraint()) break;
            table_.columns.push_back(column());
        }
        while (!in_.is(")")) {
            table_.constraints.push_back(table_constraint());
            if (in_.is(",")) table_.commas.push_back(in_.next().begin);
        }
    }

    void options() {
        table_.options = {in_.previous_end(), in_.previous_end()};
        while (!in_.at_end() && !in_.is(";")) {
            const std::size_t begin = in_.peek().begin;
            if (in_.accept("WITHOUT")) {
                in_.expect("ROWID");
                table_.without_rowid = true;
            } else {
                in_.expect("STRICT");
                table_.strict = true;
            }
            if (table_.options.empty()) table_.options.begin = begin;
            table_.options.end = in_.previous_end();
            if (!in_.accept(",")) break;
        }
    }

    ColumnDefinition column() {
        ColumnDefinition column;
        column.name = in_.name(column.name_span);
        column.span.begin = column.name_span.begin;
        column.type_span = {column.name_span.end, column.name_span.end};
        type(column);
        while (at_clause()) column.clauses.push_back(column_clause(column));
        column.span.end = in_.previous_end();
        return column;
    }

    void type(ColumnDefinition& column) {
        const auto take = [&](Span span, bool spaced) {
            if (column.type_span.empty()) column.type_span.begin = span.begin;
            column.type_span.end = span.end;
            if (spaced && !column.type.empty()) column.type += ' ';
            column.type += span.of(in_.sql());
        };
        std::vector<Span> words;
        while (in_.is_name() && !at_end_of_type()) words.push_back(in_.next());
        // SQLite reads these two words (GENERATED ALWAYS) as a part of the type, then removes them from its end.
        const auto is = [&](std::size_t from_end, std::string_view word) {
            return words.size() >= from_end && same_name(words[words.size() - from_end].of(in_.sql()), word);
        };
        const bool generated = is(2, "GENERATED") && is(1, "ALWAYS") && !in_.is("(");
        if (generated) words.resize(words.size() - 2);
        if (generated && in_.is("AS")) in_.back(2);
        for (const Span word : words) take(word, true);
        if (words.empty() || generated || !in_.is("(")) return;
        take(in_.next(), false);
        while (!in_.is(")")) take(in_.next(), false);
        take(in_.next(), false);
    }

    [[nodiscard]] bool at_end_of_type() const {
        return in_.is("DEFAULT") || at_deferrable() ||
               std::any_of(clause_words.begin(), clause_words.end(), [&](auto word) { return in_.is(word); });
    }
    [[nodiscard]] bool at_clause() const { return at_end_of_type() || in_.is("GENERATED"); }
    [[nodiscard]] bool at_deferrable() const {
        return in_.is("DEFERRABLE") || (in_.is("NOT") && in_.is("DEFERRABLE", 1));
    }
    [[nodiscard]] bool at_table_constraint() const {
        static constexpr std::array<std::string_view, 5> words{"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"};
        return std::any_of(words.begin(), words.end(), [&](auto word) { return in_.is(word); });
    }

    /// Reads CONSTRAINT and its name if they are there; the clause then begins at CONSTRAINT.
    Clause begin_clause() {
        Clause clause;
        clause.span.begin = in_.peek().begin;
        if (in_.accept("CONSTRAINT")) clause.name = in_.name(clause.name_span);
        return clause;
    }

    Clause column_clause(const ColumnDefinition& column) {
        Clause clause = begin_clause();
        if (in_.accept("PRIMARY")) {
            in_.expect("KEY");
            clause.kind = ClauseKind::primary_key;
            clause.descending = sort_order();
            on_conflict(clause);
            clause.autoincrement = in_.accept("AUTOINCREMENT");
        } else if (in_.is("NOT") && in_.is("NULL", 1)) {
            in_.next(), in_.next();
            clause.kind = ClauseKind::not_null;
            on_conflict(clause);
        } else if (in_.accept("NULL")) {
            clause.kind = ClauseKind::null;
            on_conflict(clause);
        } else if (in_.accept("UNIQUE")) {
            clause.kind = ClauseKind::unique;
            on_conflict(clause);
        } else if (in_.accept("CHECK")) {
            check(clause);
        } else if (in_.accept("DEFAULT")) {
            default_value(clause);
        } else if (in_.accept("COLLATE")) {
            Span span;
            clause.kind = ClauseKind::collate;
            clause.collation = in_.name(span);
        } else if (in_.is("REFERENCES")) {
            clause.kind = ClauseKind::foreign_key;
            clause.references = references();
        } else if (in_.is("GENERATED") || in_.is("AS")) {
            generated(clause);
        } else if (at_deferrable()) {
            clause.deferrable = deferrable();
        } else if (clause.name_span.empty()) {
            in_.fail("a constraint of column " + column.name);
        }
        clause.span.end = in_.previous_end();
        return clause;
    }

    Clause table_constraint() {
        Clause clause = begin_clause();
        if (in_.accept("PRIMARY")) {
            in_.expect("KEY");
            clause.kind = ClauseKind::primary_key;
            indexed_columns(clause);
        } else if (in_.accept("UNIQUE")) {
            clause.kind = ClauseKind::unique;
            indexed_columns(clause);
        } else if (in_.accept("CHECK")) {
            check(clause);
            on_conflict(clause);
        } else if (in_.accept("FOREIGN")) {
            in_.expect("KEY");
            clause.kind = ClauseKind::foreign_key;
            in_.names(clause.key_columns, clause.key_column_spans);
            clause.references = references();
        } else if (clause.name_span.empty()) {
            in_.fail("a table constraint");
        }
        clause.span.end = in_.previous_end();
        return clause;
    }

    void check(Clause& clause) {
        clause.kind = ClauseKind::check;
        clause.expression = in_.parenthesised();
    }

    void default_value(Clause& clause) {
        clause.kind = ClauseKind::default_value;
        clause.expression.begin = in_.peek().begin;
        if (in_.is("(")) {
            in_.parenthesised();
        } else {
            if (!in_.accept("+")) in_.accept("-");
            in_.next();
        }
        clause.expression.end = in_.previous_end();
    }

    void generated(Clause& clause) {
        if (in_.accept("GENERATED")) in_.expect("ALWAYS");
        in_.expect("AS");
        clause.kind = ClauseKind::generated;
        clause.expression = in_.parenthesised();
        clause.stored = in_.accept("STORED");
        if (!clause.stored) in_.accept("VIRTUAL");
    }

    void indexed_columns(Clause& clause) {
        clause.columns = in_.indexed_columns();
        // PRIMARY KEY (id AUTOINCREMENT) is the spelling of the table constraint.
        clause.autoincrement = in_.saw_autoincrement();
        on_conflict(clause);
    }

    bool sort_order() {
        if (in_.accept("ASC")) return false;
        return in_.accept("DESC");
    }

    void on_conflict(Clause& clause) {
        if (!in_.is("ON") || !in_.is("CONFLICT", 1)) return;
        in_.next(), in_.next();
        clause.on_conflict = upper(in_.next().of(in_.sql()));
    }

    ReferencesClause references() {
        ReferencesClause references;
        in_.expect("REFERENCES");
        references.table = in_.name(references.table_span);
        if (in_.is("(")) in_.names(references.columns, references.column_spans);
        for (;;) {
            if (in_.accept("MATCH")) {
                Span span;
                references.match = in_.name(span);
            } else if (in_.is("ON") && (in_.is("DELETE", 1) || in_.is("UPDATE", 1) || in_.is("INSERT", 1))) {
                in_.next();
                const auto event = upper(in_.next().of(in_.sql()));
                (event == "DELETE" ? references.on_delete : references.on_update) = action();
            } else if (at_deferrable()) {
                references.deferrable = deferrable();
            } else {
                return references;
            }
        }
    }

    std::string action() {
        std::string action = upper(in_.next().of(in_.sql()));
        if (action == "SET" || action == "NO") action += ' ' + upper(in_.next().of(in_.sql()));
        return action;
    }

    std::string deferrable() {
        std::string text;
        const auto take = [&] { text += (text.empty() ? "" : " ") + upper(in_.next().of(in_.sql())); };
        if (in_.is("NOT")) take();
        take();
        if (in_.is("INITIALLY")) take(), take();
        return text;
    }

    TokenReader in_;
    ParsedTable table_;
};

}  // namespace

const Clause* ColumnDefinition::find(ClauseKind kind) const {
    const auto found =
        std::find_if(clauses.rbegin(), clauses.rend(), [&](const Clause& each) { return each.kind == kind; });
    return found == clauses.rend() ? nullptr : &*found;
}

const ColumnDefinition* ParsedTable::find(std::string_view column) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnDefinition& each) { return same_name(each.name, column); });
    return found == columns.end() ? nullptr : &*found;
}

std::vector<std::string> ParsedTable::primary_key() const {
    for (const auto& column : columns)
        if (column.find(ClauseKind::primary_key) != nullptr) return {column.name};
    std::vector<std::string> names;
    for (const auto& clause : constraints) {
        if (clause.kind != ClauseKind::primary_key) continue;
        for (const auto& element : clause.columns) {
            const auto* column = find(element.column);
            names.push_back(column != nullptr ? column->name : element.column);
        }
    }
    return names;
}

const ColumnDefinition* ParsedTable::rowid_alias() const {
    const auto key = primary_key();
    if (without_rowid || key.size() != 1) return nullptr;
    const auto* column = find(key.front());
    if (column == nullptr || !same_name(column->type, "INTEGER")) return nullptr;
    const auto* clause = column->find(ClauseKind::primary_key);
    return clause != nullptr && clause->descending ? nullptr : column;
}

ParsedTable parse_create_table(std::string_view sql) { return TableParser(sql).parse(); }

ParsedVirtualTable parse_create_virtual_table(std::string_view sql) {
    TokenReader in(sql, "CREATE VIRTUAL TABLE");
    ParsedVirtualTable table;
    Span span;
    in.expect("CREATE");
    in.expect("VIRTUAL");
    in.expect("TABLE");
    if (in.accept("IF")) in.expect("NOT"), in.expect("EXISTS");
    table.name = in.qualified_name(span);
    in.expect("USING");
    table.module_span = in.rest();
    table.module = std::string(table.module_span.of(sql));
    in.accept(";");
    in.expect_end();
    return table;
}

ParsedIndex parse_create_index(std::string_view sql) {
    TokenReader in(sql, "CREATE INDEX");
    ParsedIndex index;
    in.expect("CREATE");
    index.unique = in.accept("UNIQUE");
    in.expect("INDEX");
    if (in.accept("IF")) in.expect("NOT"), in.expect("EXISTS");
    index.name = in.qualified_name(index.name_span);
    in.expect("ON");
    index.table = in.name(index.table_span);
    index.columns = in.indexed_columns();
    if (in.accept("WHERE")) index.where = in.rest();
    in.accept(";");
    in.expect_end();
    return index;
}

}  // namespace strata::schema::detail::sqlite
