#include "sqlite/table_reader.hpp"

#include "sqlite/ddl.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>

namespace strata::schema::sqlite {
namespace {

using namespace detail::sqlite;

ReferentialAction action_of(const std::string& words) {
    if (words == "RESTRICT") return ReferentialAction::restrict;
    if (words == "CASCADE") return ReferentialAction::cascade;
    if (words == "SET NULL") return ReferentialAction::set_null;
    if (words == "SET DEFAULT") return ReferentialAction::set_default;
    return ReferentialAction::no_action;
}

/// SQLite checks NOT DEFERRABLE INITIALLY DEFERRED at once: https://sqlite.org/foreignkeys.html#fk_deferred
Deferrable deferrable_of(const std::string& words) {
    if (words == "DEFERRABLE INITIALLY DEFERRED") return Deferrable::initially_deferred;
    return words.starts_with("DEFERRABLE") ? Deferrable::initially_immediate : Deferrable::no;
}

bool same_names(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto& a, const auto& b) { return same_name(a, b); });
}

/// The column's name as its table spells it.
std::string spelt(const ParsedTable& table, const std::string& name) {
    const auto* column = table.find(name);
    return column != nullptr ? column->name : name;
}

const char* words_of(ClauseKind kind) {
    switch (kind) {
        case ClauseKind::primary_key:
            return "PRIMARY KEY";
        case ClauseKind::not_null:
            return "NOT NULL";
        case ClauseKind::unique:
            return "UNIQUE";
        case ClauseKind::check:
            return "CHECK";
        case ClauseKind::default_value:
            return "DEFAULT";
        case ClauseKind::collate:
            return "COLLATE";
        case ClauseKind::foreign_key:
            return "FOREIGN KEY";
        case ClauseKind::generated:
            return "GENERATED";
        case ClauseKind::null:
            return "NULL";
        case ClauseKind::name_only:
            break;
    }
    return "nothing";
}

/// Whether the primary key has a column in another collation than the column's own.
bool collated_otherwise(const ParsedTable& table) {
    if (table.rowid_alias() != nullptr) return false;
    const auto otherwise = [&](const auto& element) {
        if (element.collate.empty()) return false;
        const auto* column = table.find(element.column);
        const auto* own = column == nullptr ? nullptr : column->find(ClauseKind::collate);
        return !same_name(element.collate, own == nullptr ? "BINARY" : own->collation);
    };
    return std::any_of(table.constraints.begin(), table.constraints.end(), [&](const auto& clause) {
        return clause.kind == ClauseKind::primary_key &&
               std::any_of(clause.columns.begin(), clause.columns.end(), otherwise);
    });
}

class TableReader {
public:
    TableReader(const StoredTable& stored, const StoredTables& all)
        : sql_(stored.sql), parsed_(stored.parsed), all_(all) {}

    Table read() {
        table_.name = parsed_.name;
        table_.columns.reserve(parsed_.columns.size());
        for (const auto& column : parsed_.columns) table_.columns.push_back(read_column(column));
        for (const auto& column : parsed_.columns)
            for (const auto& clause : column.clauses) read_clause(clause, &column);
        for (const auto& clause : parsed_.constraints) read_clause(clause, nullptr);
        // Read after the checks, since a check may narrow the type of its column.
        for (const auto& column : parsed_.columns)
            for (const auto& clause : column.clauses)  // SQLite takes the last one
                if (clause.kind == ClauseKind::default_value)
                    found(column).server_default = parse_default(found(column).type, text(clause.expression));
        table_.without_rowid = parsed_.without_rowid;
        table_.strict = parsed_.strict;
        return std::move(table_);
    }

private:
    [[nodiscard]] std::string text(Span span) const { return std::string(span.of(sql_)); }
    Column& found(const ColumnDefinition& definition) { return *table_.find_column(definition.name); }
    void note(std::string words) { table_.unmanaged.push_back({{ObjectKind::table, table_.name}, std::move(words)}); }

    [[nodiscard]] Column read_column(const ColumnDefinition& definition) const {
        Column column;
        column.name = definition.name;
        column.type = parse_type(definition.type);
        column.nullable = definition.find(ClauseKind::not_null) == nullptr;
        // INT is INTEGER in all but a key of one column, where our DDL says it to choose its values itself.
        const bool chosen_key = !parsed_.without_rowid && same_names(parsed_.primary_key(), {definition.name});
        if (column.type == Integer() && same_name(definition.type, "INT") && !chosen_key)
            column.type.native = definition.type;
        // INTEGER PRIMARY KEY DESC is a key of its own:
        // https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
        if (chosen_key && same_name(definition.type, "INTEGER")) column.type.native = "INTEGER";
        if (parsed_.rowid_alias() == &definition) {
            column.type = BigInteger();
            column.identity = true;
            column.nullable = false;
        }
        return column;
    }

    void read_clause(const Clause& clause, const ColumnDefinition* column) {
        const std::string on = column != nullptr ? " on " + column->name : std::string();
        switch (clause.kind) {
            case ClauseKind::primary_key:
                read_primary_key(clause, column);
                return;
            case ClauseKind::unique:
                table_.uniques.push_back({.name = clause.name,
                                          .columns = names_of(clause, column),
                                          .order = order_of(clause),
                                          .on_conflict = clause.on_conflict});
                return;
            case ClauseKind::foreign_key:
                read_foreign_key(clause, column);
                return;
            case ClauseKind::check:  // SQLite ignores its ON CONFLICT
                if (!read_type_check(clause)) table_.checks.push_back({clause.name, text(clause.expression)});
                return;
            case ClauseKind::not_null:
                found(*column).not_null_name = clause.name;
                found(*column).on_conflict = clause.on_conflict;
                return;
            case ClauseKind::generated:
                found(*column).computed = text(clause.expression);
                found(*column).computed_virtual = !clause.stored;
                break;
            case ClauseKind::collate:
                found(*column).collation = clause.collation;
                break;
            case ClauseKind::name_only:
                if (!clause.deferrable.empty() && !table_.foreign_keys.empty())
                    table_.foreign_keys.back().deferrable = deferrable_of(clause.deferrable);
                break;
            case ClauseKind::null:
            case ClauseKind::default_value:
                break;
        }
        // A name that SQLite takes for what is not a constraint, and forgets.
        if (!clause.name_span.empty()) note("CONSTRAINT " + clause.name + " before " + words_of(clause.kind) + on);
    }

    [[nodiscard]] std::vector<std::string> names_of(const Clause& clause, const ColumnDefinition* column) const {
        if (column != nullptr) return {column->name};
        std::vector<std::string> names;
        for (const auto& element : clause.columns) names.push_back(spelt(parsed_, element.column));
        return names;
    }

    [[nodiscard]] static std::vector<KeyOrder> order_of(const Clause& clause) {
        std::vector<KeyOrder> order;
        for (const auto& element : clause.columns) order.push_back({element.collate, element.descending});
        if (clause.descending) order.push_back({"", true});
        const bool plain = std::all_of(order.begin(), order.end(), [](const auto& each) { return each == KeyOrder(); });
        return plain ? std::vector<KeyOrder>() : order;
    }

    void read_primary_key(const Clause& clause, const ColumnDefinition* column) {
        table_.primary_key = PrimaryKey{.name = clause.name,
                                        .columns = names_of(clause, column),
                                        .order = order_of(clause),
                                        .on_conflict = clause.on_conflict};
        if (clause.autoincrement)
            for (const auto& name : table_.primary_key->columns)
                if (auto* key = table_.find_column(name)) key->identity = Numbering::autoincrement;
    }

    void read_foreign_key(const Clause& clause, const ColumnDefinition* column) {
        const auto& references = *clause.references;
        ForeignKey key;
        key.name = clause.name;
        for (const auto& name : clause.key_columns) key.columns.push_back(spelt(parsed_, name));
        if (column != nullptr) key.columns = {column->name};
        key.referred_table = references.table;
        key.referred_columns = references.columns;
        if (const auto referred = all_.find(references.table); referred != all_.end()) {
            key.referred_table = referred->second.parsed.name;
            // A key of another length than the referred one stands for itself; SQLite refuses only writes to it. So
            // does one to a primary key by another collation than its column's, which SQLite takes only where the
            // columns are not named.
            if (auto columns = referred->second.parsed.primary_key(); key.referred_columns.empty() &&
                                                                      columns.size() == key.columns.size() &&
                                                                      !collated_otherwise(referred->second.parsed))
                key.referred_columns = std::move(columns);
            for (auto& name : key.referred_columns) name = spelt(referred->second.parsed, name);
        }
        key.on_delete = action_of(references.on_delete);
        key.on_update = action_of(references.on_update);
        key.deferrable = deferrable_of(references.deferrable);
        if (same_name(references.match, "FULL")) key.match = Match::full;
        if (same_name(references.match, "PARTIAL")) key.match = Match::partial;
        table_.foreign_keys.push_back(std::move(key));
    }

    /// Whether our DDL adds this check for a type. If so, reads the type from it.
    bool read_type_check(const Clause& clause) {
        for (auto& column : table_.columns) {
            for (const TypeKind kind : {TypeKind::boolean, TypeKind::json, TypeKind::enumeration}) {
                auto type = column.type;
                if (!may_be(type, kind)) continue;
                if (type.kind != TypeKind::array) type.kind = kind;
                if (kind == TypeKind::enumeration) type.labels = labels_of(clause);
                Column candidate = column;
                candidate.type = type;
                for (const bool nullable : {candidate.nullable, !candidate.nullable}) {
                    candidate.nullable = nullable;
                    const auto check = type_check(table_, candidate);
                    if (!check || !named_for(clause.name, *check)) continue;
                    if (!same_expression(check->expression, text(clause.expression))) continue;
                    column.type = type;
                    return true;
                }
            }
        }
        return false;
    }

    [[nodiscard]] static bool may_be(const Type& type, TypeKind kind) {
        if (!type.generic()) return false;
        const bool text = type.kind == TypeKind::text && type.length == 0;
        if (kind == TypeKind::boolean) return type.kind == TypeKind::integer;
        if (kind == TypeKind::json) return text || type.kind == TypeKind::array;
        return text;
    }

    /// Whether the name follows the convention, for the current or an earlier name of the table or the column.
    [[nodiscard]] static bool named_for(const std::string& name, const CheckConstraint& check) {
        const auto kind = check.name.substr(check.name.rfind('_'));
        return name == check.name || (name.starts_with("ck_") && name.ends_with(kind));
    }

    /// The labels 'a', 'b' of `"c" IN ('a', 'b')`. If the clause has another form, they do not give back its
    /// expression.
    [[nodiscard]] std::vector<std::string> labels_of(const Clause& clause) const {
        std::vector<std::string> labels;
        const auto expression = clause.expression.of(sql_);
        for (const auto& token : tokenize(expression))
            if (token.kind == TokenKind::string) labels.push_back(string_value(token.span.of(expression)));
        return labels;
    }

    const std::string& sql_;
    const ParsedTable& parsed_;
    const StoredTables& all_;
    Table table_;
};

}  // namespace

bool NameOrder::operator()(const std::string& left, const std::string& right) const {
    using core::internal::lower;
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [](char a, char b) { return lower(a) < lower(b); });
}

Table read_table(const StoredTable& stored, const StoredTables& all) { return TableReader(stored, all).read(); }

Index read_index(const std::string& sql, const ParsedTable& table) {
    const ParsedIndex parsed = parse_create_index(sql);
    Index index;
    index.name = parsed.name;
    index.unique = parsed.unique;
    index.where = std::string(parsed.where.of(sql));
    for (const auto& column : parsed.columns) {
        IndexElement element;
        element.descending = column.descending;
        if (column.column.empty()) {
            element.expression = std::string(core::detail::without_outer_parentheses(
                std::string(column.expression.of(sql)), core::detail::sqlite_lexis));
        } else {
            element.column = spelt(table, column.column);
            element.collation = column.collate;
        }
        index.elements.push_back(std::move(element));
    }
    return index;
}

}  // namespace strata::schema::sqlite
