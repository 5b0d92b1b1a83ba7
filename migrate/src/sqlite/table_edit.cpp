#include "table_edit.hpp"

#include "operations/identifiers.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/detail/sqlite/constraints.hpp>
#include <strata/schema/detail/sqlite/create_table.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <ranges>

namespace strata::migrate::sqlite {
namespace {

using core::internal::contains;
using namespace schema::detail::sqlite;

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos; }

/// Whether two tokens, the left ending and the right beginning with these characters, would merge without white space.
bool tokens_would_merge(char left, char right) {
    const auto in_word = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
    };
    return in_word(left) && in_word(right);
}

[[noreturn]] void refuse(const std::string& table) {
    throw MigrationError("table " + table +
                         ": its CREATE TABLE could not be changed to what the operations say, and nothing was changed; "
                         "look at its defaults and conditions, or make the table anew with execute()");
}

/// The order in which our own DDL writes constraints, so that one that is dropped and added again keeps its place.
int rank(ClauseKind kind) {
    switch (kind) {
        case ClauseKind::primary_key:
            return 0;
        case ClauseKind::unique:
            return 1;
        case ClauseKind::check:
            return 2;
        case ClauseKind::foreign_key:
        case ClauseKind::not_null:
        case ClauseKind::null:
        case ClauseKind::default_value:
        case ClauseKind::collate:
        case ClauseKind::generated:
        case ClauseKind::name_only:
            break;
    }
    return 3;
}

/// A constraint that the table has to have, in the form of a clause.
struct Wanted {
    ClauseKind kind;
    std::string name;
    std::vector<std::string> columns;
    std::string referred_table;
    std::string expression;
    std::string sql;
    std::string unnamed;  ///< the same without the name
};

template <class Constraint>
Wanted wanted(const schema::Table& table, ClauseKind kind, Constraint constraint, std::vector<std::string> columns = {},
              std::string referred_table = {}, std::string expression = {}) {
    Wanted result{kind,
                  constraint.name,
                  std::move(columns),
                  std::move(referred_table),
                  std::move(expression),
                  constraint_text(table, constraint),
                  {}};
    constraint.name.clear();
    result.unnamed = constraint_text(table, constraint);
    return result;
}

std::vector<Wanted> constraints_of(const schema::Table& table) {
    std::vector<Wanted> list;
    if (const auto& key = table.primary_key) list.push_back(wanted(table, ClauseKind::primary_key, *key, key->columns));
    for (const auto& each : table.uniques) list.push_back(wanted(table, ClauseKind::unique, each, each.columns));
    for (const auto& each : table.checks)
        list.push_back(wanted(table, ClauseKind::check, each, {}, {}, each.expression));
    for (const auto& each : table.foreign_keys)
        list.push_back(wanted(table, ClauseKind::foreign_key, each, each.columns, each.referred_table.name));
    return list;
}

bool same_names(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto& a, const auto& b) { return same_name(a, b); });
}

class TableText {
public:
    explicit TableText(std::string text) : text_(std::move(text)), table_(parse_create_table(text_)) {
        while (move_deferrable()) {
        }
    }
    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::vector<std::string> columns() const {
        std::vector<std::string> names;
        names.reserve(table_.columns.size());
        for (const auto& column : table_.columns) names.push_back(column.name);
        return names;
    }

    void drop_constraint(const Wanted& constraint);
    /// Gives constraints other names and leaves them where they are. Names may be swapped.
    void rename_constraints(const std::vector<std::pair<const Wanted*, std::string>>& renames);
    void add_constraint(const Wanted& constraint);
    /// Removes it with its own checks; a check that was written with it and names other columns becomes the table's.
    void drop_column(const std::string& name);
    void add_column(const std::string& definition) { insert_after(table_.columns.size() - 1, definition); }
    void change_column(const std::string& name, const std::string& before, const std::string& after);
    void change_options(const schema::Table& before, const schema::Table& after);
    [[nodiscard]] const ParsedTable& parsed() const { return table_; }

private:
    void replace(Span span, std::string_view with);
    /// A clause of the table, or of a column, whose index is in `column` then.
    struct Place {
        std::optional<std::size_t> column;
        std::size_t clause;
    };
    [[nodiscard]] Place place_of(const Wanted& constraint) const;
    [[nodiscard]] const Clause& clause_at(const Place& place) const {
        return place.column ? table_.columns[*place.column].clauses[place.clause] : table_.constraints[place.clause];
    }
    /// Moves a column's DEFERRABLE, which SQLite gives to the foreign key before it, to that key, so that an edit of
    /// either leaves the other as it was. False when there is none to move.
    bool move_deferrable();
    [[nodiscard]] std::vector<Span> items() const {
        std::vector<Span> spans;
        spans.reserve(table_.columns.size() + table_.constraints.size());
        for (const auto& column : table_.columns) spans.push_back(column.span);
        for (const auto& clause : table_.constraints) spans.push_back(clause.span);
        return spans;
    }
    [[nodiscard]] std::optional<std::size_t> comma_before(const std::vector<Span>& spans, std::size_t item) const;
    [[nodiscard]] std::string gap_before(const std::vector<Span>& spans, std::size_t item) const;
    void insert_before(std::size_t item, const std::string& definition);
    void insert_after(std::size_t item, const std::string& definition);
    void remove_item(std::size_t item);
    void remove_clause(Span clause);
    [[nodiscard]] std::size_t column_index(const std::string& name) const;
    void remove_repeated(std::size_t column);
    void change_clause(std::size_t column, const Clause* now, ClauseKind kind, std::string_view definition);
    void change_default(std::size_t column, const Clause* now, std::string_view definition);
    void change_check(std::size_t column, const Clause* old, std::string_view old_text, const Clause* now,
                      std::string_view now_text);

    std::string text_;
    ParsedTable table_;
};

/// `CHECK(a)NOT NULL` is two clauses, so a blank is inserted where two words would merge.
void TableText::replace(Span span, std::string_view with) {
    const auto rest = text_.substr(span.end);
    text_.resize(span.begin);
    for (const auto& part : {with, std::string_view(rest)}) {
        if (part.empty()) continue;
        if (tokens_would_merge(text_.back(), part.front())) text_ += ' ';
        text_ += part;
    }
    try {
        table_ = parse_create_table(text_);
    } catch (const UsageError&) {
        refuse(table_.name);
    }
}

bool TableText::move_deferrable() {
    const Clause* key = nullptr;
    for (const auto& column : table_.columns)
        for (const auto& clause : column.clauses) {
            if (clause.references) key = &clause;
            if (clause.deferrable.empty() || key == nullptr) continue;
            const auto at = key->span.end;
            const auto words = " " + clause.deferrable;  // SQLite forgets the name that may be before it
            remove_clause(clause.span);
            replace({at, at}, words);
            return true;
        }
    return false;
}

std::optional<std::size_t> TableText::comma_before(const std::vector<Span>& spans, std::size_t item) const {
    if (item == 0) return std::nullopt;
    for (const auto comma : table_.commas)
        if (comma >= spans[item - 1].end && comma < spans[item].begin) return comma;
    return std::nullopt;
}

/// The white space before a new item: the same as before this one.
std::string TableText::gap_before(const std::vector<Span>& spans, std::size_t item) const {
    const auto comma = comma_before(spans, item);
    const auto begin = comma ? *comma + 1 : item == 0 ? table_.body.begin : spans[item - 1].end;
    const auto gap = text_.substr(begin, spans[item].begin - begin);
    return gap.empty() || !blank(gap) ? " " : gap;
}

void TableText::insert_before(std::size_t item, const std::string& definition) {
    const auto spans = items();
    replace({spans[item].begin, spans[item].begin}, definition + "," + gap_before(spans, item));
}

void TableText::insert_after(std::size_t item, const std::string& definition) {
    const auto spans = items();
    replace({spans[item].end, spans[item].end}, "," + gap_before(spans, item) + definition);
}

void TableText::remove_item(std::size_t item) {
    const auto spans = items();
    const bool last = item + 1 == spans.size();
    if (item == 0) {
        replace({spans[0].begin, spans[1].begin}, "");
        return;
    }
    const auto comma = comma_before(spans, item);
    const bool column_before = item == table_.columns.size();
    if (!last && column_before && !comma_before(spans, item + 1)) {
        replace({spans[item].begin, spans[item + 1].begin}, "");  // the comma must separate the neighbours
    } else if (!comma) {
        replace({spans[item - 1].end, spans[item].end}, "");
    } else {
        const auto gap = text_.substr(*comma + 1, spans[item].begin - *comma - 1);
        replace({*comma, spans[item].end}, blank(gap) ? "" : gap);  // a comment there belongs to the item before
    }
}

void TableText::remove_clause(Span clause) {
    while (clause.begin > 0 && blank(text_.substr(clause.begin - 1, 1))) --clause.begin;
    // The newline that ends a comment is kept, or the comment would swallow what follows.
    if (core::detail::ends_in_comment(std::string_view(text_).substr(0, clause.begin), core::detail::sqlite_lexis))
        clause.begin = text_.find('\n', clause.begin) + 1;
    replace(clause, "");
}

TableText::Place TableText::place_of(const Wanted& wanted) const {
    const auto matches = [&](const Clause& clause, const ColumnDefinition* column) {
        if (clause.kind != wanted.kind) return false;
        if (!clause.name.empty()) return same_name(clause.name, wanted.name);
        // An unnamed clause is recognised by its content.
        switch (clause.kind) {
            case ClauseKind::primary_key:
                return true;
            case ClauseKind::unique: {
                std::vector<std::string> columns;
                columns.reserve(clause.columns.size());
                for (const auto& each : clause.columns) columns.push_back(each.column);
                return column != nullptr ? same_names({column->name}, wanted.columns)
                                         : same_names(columns, wanted.columns);
            }
            case ClauseKind::foreign_key:
                return clause.references && same_name(clause.references->table, wanted.referred_table) &&
                       same_names(column != nullptr ? std::vector{column->name} : clause.key_columns, wanted.columns);
            case ClauseKind::check:
                return same_expression(clause.expression.of(text_), wanted.expression);
            case ClauseKind::not_null:
            case ClauseKind::null:
            case ClauseKind::default_value:
            case ClauseKind::collate:
            case ClauseKind::generated:
            case ClauseKind::name_only:
                break;
        }
        return false;
    };
    for (const bool named : {true, false}) {
        for (std::size_t i = 0; i < table_.constraints.size(); ++i) {
            const auto& clause = table_.constraints[i];
            if (clause.name.empty() != named && matches(clause, nullptr)) return {std::nullopt, i};
        }
        for (std::size_t c = 0; c < table_.columns.size(); ++c) {
            const auto& column = table_.columns[c];
            for (std::size_t i = 0; i < column.clauses.size(); ++i)
                if (column.clauses[i].name.empty() != named && matches(column.clauses[i], &column)) return {c, i};
        }
    }
    throw MigrationError("table " + table_.name + " of the database has no constraint " + wanted.name +
                         "; compare the database with the history before you go on");
}

void TableText::drop_constraint(const Wanted& wanted) {
    const auto place = place_of(wanted);
    if (place.column)
        remove_clause(clause_at(place).span);
    else
        remove_item(table_.columns.size() + place.clause);
}

void TableText::rename_constraints(const std::vector<std::pair<const Wanted*, std::string>>& renames) {
    std::vector<std::pair<Span, std::string>> edits;
    for (const auto& [constraint, name] : renames) {
        const auto& clause = clause_at(place_of(*constraint));
        if (clause.name.empty())
            edits.emplace_back(Span{clause.span.begin, clause.span.begin}, "CONSTRAINT " + quoted(name) + " ");
        else
            edits.emplace_back(clause.name_span, quoted(name));
    }
    // From the last on, so that the places before stay where they are.
    std::sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.first.begin > b.first.begin; });
    for (const auto& [span, text] : edits) replace(span, text);
}

void TableText::add_constraint(const Wanted& wanted) {
    std::vector<std::string> names;
    std::optional<std::size_t> sorted, next;  // the clause with the next name, and the first of the next kind
    for (std::size_t i = 0; i < table_.constraints.size(); ++i) {
        const auto& clause = table_.constraints[i];
        if (rank(clause.kind) > rank(wanted.kind) && !next) next = i;
        if (clause.kind != wanted.kind) continue;
        if (clause.name > wanted.name && !sorted) sorted = i;
        names.push_back(clause.name);
        next.reset();  // after the last of its kind, wherever that is
    }
    if (!std::is_sorted(names.begin(), names.end())) sorted.reset();
    if (sorted) next = sorted;
    if (next)
        insert_before(table_.columns.size() + *next, wanted.sql);
    else
        insert_after(items().size() - 1, wanted.sql);
}

std::size_t TableText::column_index(const std::string& name) const {
    for (std::size_t i = 0; i < table_.columns.size(); ++i)
        if (same_name(table_.columns[i].name, name)) return i;
    throw MigrationError("table " + table_.name + " of the database has no column " + name +
                         "; compare the database with the history before you go on");
}

void TableText::drop_column(const std::string& name) {
    const auto index = column_index(name);
    if (table_.columns.size() == 1)
        throw MigrationError("column " + table_.name + "." + name + " is the table's last; drop the table instead");
    std::vector<std::string> about_others;
    for (const auto& clause : table_.columns[index].clauses)
        if (clause.kind == ClauseKind::check && !mentions(clause.expression.of(text_), name))
            about_others.emplace_back(clause.span.of(text_));
    remove_item(index);
    for (const auto& check : about_others) insert_after(items().size() - 1, check);
}

/// Removes the clauses of the column that a later one of the same kind makes void, such as the first of two COLLATE.
void TableText::remove_repeated(std::size_t index) {
    for (std::size_t i = 0; i < table_.columns[index].clauses.size();) {
        const auto& clause = table_.columns[index].clauses[i];
        const bool single = clause.kind == ClauseKind::not_null || clause.kind == ClauseKind::collate ||
                            clause.kind == ClauseKind::default_value;
        if (single && table_.columns[index].find(clause.kind) != &clause)
            remove_clause(clause.span);
        else
            ++i;
    }
}

/// `before` and `after` are the column's definition as our DDL writes it.
void TableText::change_column(const std::string& name, const std::string& before, const std::string& after) {
    if (before == after) return;
    const auto index = column_index(name);
    remove_repeated(index);
    const auto column = [&]() -> const ColumnDefinition& { return table_.columns[index]; };
    if (column().span.of(text_) == before) {
        replace(column().span, after);
        return;
    }
    const auto old_text = "CREATE TABLE t (" + before + ")";
    const auto now_text = "CREATE TABLE t (" + after + ")";
    const auto old_table = parse_create_table(old_text);
    const auto now_table = parse_create_table(now_text);
    const auto& old = old_table.columns.front();
    const auto& now = now_table.columns.front();
    const auto text_of = [](const Clause* clause, std::string_view sql) {
        return clause == nullptr ? std::string_view() : clause->span.of(sql);
    };

    if (!same_name(old.type, now.type)) replace(column().type_span, (column().type_span.empty() ? " " : "") + now.type);
    for (const auto kind : {ClauseKind::not_null, ClauseKind::collate, ClauseKind::generated}) {
        const auto* was = old.find(kind);
        const auto* is = now.find(kind);
        if (text_of(was, old_text) != text_of(is, now_text)) change_clause(index, is, kind, text_of(is, now_text));
    }

    const auto* old_default = old.find(ClauseKind::default_value);
    const auto* now_default = now.find(ClauseKind::default_value);
    if (text_of(old_default, old_text) != text_of(now_default, now_text))
        change_default(index, now_default, text_of(now_default, now_text));
    const auto* old_check = old.find(ClauseKind::check);
    const auto* now_check = now.find(ClauseKind::check);
    if (text_of(old_check, old_text) != text_of(now_check, now_text))
        change_check(index, old_check, old_text, now_check, now_text);
}

/// NOT NULL with its name and conflict clause, COLLATE, or GENERATED.
void TableText::change_clause(std::size_t index, const Clause* now, ClauseKind kind, std::string_view definition) {
    const auto& column = table_.columns[index];
    const auto* clause = column.find(kind);
    if (now == nullptr) {
        if (clause != nullptr) remove_clause(clause->span);
    } else if (clause != nullptr) {
        // A NOT NULL that only the database knew of has nothing that the new one takes away.
        if (!same_expression(clause->span.of(text_), definition)) replace(clause->span, definition);
    } else {
        if (const auto* null = column.find(ClauseKind::null); kind == ClauseKind::not_null && null != nullptr)
            remove_clause(null->span);
        const auto at = table_.columns[index].type_span.end;
        replace({at, at}, " " + std::string(definition));
    }
}

/// WITHOUT ROWID and STRICT.
void TableText::change_options(const schema::Table& before, const schema::Table& after) {
    const bool without_rowid = before.without_rowid == after.without_rowid ? table_.without_rowid : after.without_rowid;
    const bool strict = before.strict == after.strict ? table_.strict : after.strict;
    if (without_rowid == table_.without_rowid && strict == table_.strict) return;
    std::string options = without_rowid ? "WITHOUT ROWID" : "";
    if (strict) options += options.empty() ? "STRICT" : ", STRICT";
    replace(table_.options, (table_.options.empty() && !options.empty() ? " " : "") + options);
}

void TableText::change_default(std::size_t index, const Clause* now, std::string_view definition) {
    const auto& column = table_.columns[index];
    const auto* clause = column.find(ClauseKind::default_value);
    if (now == nullptr) {
        if (clause != nullptr) remove_clause(clause->span);
    } else if (clause != nullptr) {
        replace(clause->span, definition);
    } else {
        const auto* required = column.find(ClauseKind::not_null);
        const auto at = required != nullptr ? required->span.end : column.type_span.end;
        replace({at, at}, " " + std::string(definition));
    }
}

/// Changes the check that belongs to the column's type (boolean, enum) along with it.
void TableText::change_check(std::size_t index, const Clause* old, std::string_view old_text, const Clause* now,
                             std::string_view now_text) {
    const auto written = now == nullptr ? std::string() : std::string(now->span.of(now_text));
    const auto is_old = [&](const Clause& clause) {
        return old != nullptr && clause.kind == ClauseKind::check &&
               same_expression(clause.expression.of(text_), old->expression.of(old_text));
    };
    const auto kind = [](const std::string& name) { return name.substr(name.rfind('_') + 1); };
    const auto change = [&](const Clause& clause) {
        // After a rename of the column the check keeps its old name.
        if (!clause.name.empty() && kind(clause.name) == kind(now->name))
            replace(clause.expression, now->expression.of(now_text));
        else
            replace(clause.span, written);
    };
    for (const auto& clause : table_.columns[index].clauses) {
        if (!is_old(clause)) continue;
        return now != nullptr ? change(clause) : remove_clause(clause.span);
    }
    for (std::size_t i = 0; i < table_.constraints.size(); ++i) {
        if (!is_old(table_.constraints[i])) continue;
        return now != nullptr ? change(table_.constraints[i]) : remove_item(table_.columns.size() + i);
    }
    const auto end = table_.columns[index].span.end;
    if (now != nullptr) replace({end, end}, " " + written);
}

/// The places where the table's name qualifies a column in an expression: `songs.title`.
std::vector<Span> qualifiers(std::string_view sql, const ParsedTable& table) {
    std::vector<Span> found;
    const auto tokens = tokenize(sql);
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
        const auto& token = tokens[i];
        if (token.span.begin < table.body.begin || token.span.begin >= table.body.end) continue;
        if (token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier) continue;
        if (tokens[i + 1].span.of(sql) == "." && same_name(identifier(token.span.of(sql)), table.name))
            found.push_back(token.span);
    }
    return found;
}

/// The column names that the edited text must have: the existing ones without the dropped, then the added ones.
std::vector<std::string> wanted_columns(std::string_view stored, const schema::Table& before,
                                        const schema::Table& after, const std::vector<std::string>& replaced) {
    const auto has = [](const std::vector<schema::Column>& columns, const std::string& name) {
        return std::any_of(columns.begin(), columns.end(),
                           [&](const auto& column) { return same_name(column.name, name); });
    };
    const auto dropped = [&](const std::string& name) {
        return (has(before.columns, name) && !has(after.columns, name)) ||
               std::any_of(replaced.begin(), replaced.end(), [&](const auto& each) { return same_name(each, name); });
    };
    std::vector<std::string> names;
    for (const auto& column : parse_create_table(stored).columns)
        if (!dropped(column.name)) names.push_back(column.name);
    for (const auto& column : after.columns)
        if (contains(replaced, column.name) || before.find_column(column.name) == nullptr) names.push_back(column.name);
    return names;
}

/// The clause of this kind, or nothing.
std::string clause_text(const ColumnDefinition* column, ClauseKind kind, std::string_view sql) {
    const auto* clause = column == nullptr ? nullptr : column->find(kind);
    return clause == nullptr ? std::string() : std::string(clause->span.of(sql));
}

bool same_text(const std::string& left, const std::string& right) {
    return left == right || (!left.empty() && !right.empty() && same_expression(left, right));
}

/// Whether the edited column says what was wanted: each clause that differs between the two definitions as the later
/// one says it, every other one as the database had it.
bool is_wanted(const ColumnDefinition& column, std::string_view text, const ColumnDefinition* kept,
               std::string_view stored, const std::string& before, const std::string& after) {
    const auto old_sql = "CREATE TABLE t (" + before + ")";
    const auto now_sql = "CREATE TABLE t (" + after + ")";
    const auto old = parse_create_table(old_sql);
    const auto now = parse_create_table(now_sql);
    const auto& was = old.columns.front();
    const auto& is = now.columns.front();
    const bool same_type = kept != nullptr && same_name(was.type, is.type);
    if (!same_name(column.type, same_type ? kept->type : is.type)) return false;
    for (const auto kind :
         {ClauseKind::not_null, ClauseKind::collate, ClauseKind::generated, ClauseKind::default_value}) {
        const auto then = clause_text(&is, kind, now_sql);
        const bool unchanged = kept != nullptr && clause_text(&was, kind, old_sql) == then;
        if (!same_text(clause_text(&column, kind, text), unchanged ? clause_text(kept, kind, stored) : then))
            return false;
    }
    return true;
}

/// Reads the edited text again and refuses it where it is not what was wanted.
void check_edited(std::string_view stored, const ParsedTable& edited, std::string_view text,
                  const schema::Table& before, const schema::Table& after, const std::vector<std::string>& replaced,
                  const schema::DdlCompiler& ddl) {
    const auto old = parse_create_table(stored);
    const auto wanted = [](bool was, bool then, bool now) { return then == now ? was : now; };
    bool right = edited.strict == wanted(old.strict, before.strict, after.strict) &&
                 edited.without_rowid == wanted(old.without_rowid, before.without_rowid, after.without_rowid);
    for (const auto& column : edited.columns) {
        const auto definition = [&](const schema::Table& table) {
            const auto found = std::find_if(table.columns.begin(), table.columns.end(),
                                            [&](const auto& each) { return same_name(each.name, column.name); });
            return found == table.columns.end() ? std::string() : ddl.column_definition(table, *found);
        };
        const auto* kept = contains(replaced, column.name) ? nullptr : old.find(column.name);
        const auto was = definition(before);
        const auto is = definition(after);
        if (is.empty() || (kept != nullptr && (was.empty() || was == is)))  // the database's alone, or not changed
            right = right && kept != nullptr && is_wanted(column, text, kept, stored, "x", "x");
        else
            right = right && is_wanted(column, text, kept, stored, was.empty() ? is : was, is);
    }
    if (!right) refuse(before.name.name);
}

}  // namespace

std::string edit_table(std::string_view stored, const schema::Table& before, const schema::Table& after,
                       const std::vector<std::string>& replaced, const schema::DdlCompiler& ddl) {
    if (before.module != after.module)
        throw MigrationError("table " + before.name +
                             ": SQLite cannot change a virtual table; drop it and create it anew");
    TableText text{std::string(stored)};
    const auto old = constraints_of(before);
    const auto now = constraints_of(after);
    const auto missing_in = [](const std::vector<Wanted>& list, const Wanted& constraint) {
        return std::none_of(list.begin(), list.end(), [&](const auto& other) {
            return other.kind == constraint.kind && other.sql == constraint.sql;
        });
    };
    const auto kept = [&](const schema::Table& in, const std::string& column) {
        return !contains(replaced, column) && in.find_column(column) != nullptr;
    };

    std::vector<std::pair<const Wanted*, std::string>> renames;
    std::vector<const Wanted*> renamed;  // of both lists
    for (const auto& constraint : old) {
        if (!missing_in(now, constraint)) continue;
        const auto found = std::find_if(now.begin(), now.end(), [&](const Wanted& other) {
            return other.kind == constraint.kind && other.unnamed == constraint.unnamed && missing_in(old, other) &&
                   !contains(renamed, &other);
        });
        if (found == now.end()) continue;
        renames.emplace_back(&constraint, found->name);
        renamed.push_back(&constraint);
        renamed.push_back(&*found);
    }
    text.rename_constraints(renames);
    const auto gone = [&](const Wanted& constraint) {
        return missing_in(now, constraint) && !contains(renamed, &constraint);
    };
    const auto comes = [&](const Wanted& constraint) {
        return missing_in(old, constraint) && !contains(renamed, &constraint);
    };
    for (const auto& constraint : old)
        if (gone(constraint)) text.drop_constraint(constraint);
    for (const auto& column : before.columns)
        if (kept(after, column.name))
            text.change_column(column.name, ddl.column_definition(before, column),
                               ddl.column_definition(after, *after.find_column(column.name)));
    // Columns are added before others are dropped, so that the table always has one.
    std::vector<std::string> added;
    for (const auto& column : after.columns)
        if (!kept(before, column.name)) added.push_back(ddl.column_definition(after, column));
    for (const auto& column : before.columns)
        if (contains(replaced, column.name)) text.drop_column(column.name);
    for (const auto& definition : added) text.add_column(definition);
    for (const auto& column : before.columns)
        if (!contains(replaced, column.name) && after.find_column(column.name) == nullptr)
            text.drop_column(column.name);
    for (const auto& constraint : now)
        if (comes(constraint)) text.add_constraint(constraint);
    text.change_options(before, after);
    check_edited(stored, text.parsed(), text.text(), before, after, replaced, ddl);
    for (const auto& constraint : now) {
        const auto& clauses = text.parsed().constraints;
        if (comes(constraint) && std::none_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
                return clause.span.of(text.text()) == constraint.sql;
            }))
            refuse(before.name.name);
    }
    if (!same_names(text.columns(), wanted_columns(stored, before, after, replaced))) refuse(before.name.name);
    return text.text();
}

std::string rename_table_in(std::string_view stored, std::string_view name) {
    const auto table = parse_create_table(stored);
    std::string text(stored);
    for (const auto& span : qualifiers(stored, table) | std::views::reverse)
        text.replace(span.begin, span.end - span.begin, quoted(name));
    text.replace(table.name_span.begin, table.name_span.end - table.name_span.begin, quoted(name));
    return text;
}

bool survives_rename(std::string_view stored) {
    const auto table = parse_create_table(stored);
    return table.name_span.of(stored) == quoted(table.name) && qualifiers(stored, table).empty();
}

}  // namespace strata::migrate::sqlite
