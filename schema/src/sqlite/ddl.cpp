#include "sqlite/ddl.hpp"

#include "ddl/common_ddl.hpp"
#include "sqlite/refusal.hpp"
#include "sqlite/types.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/schema/detail/sqlite/constraints.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/internal/fields.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <array>

namespace strata::schema::sqlite {
namespace {

using detail::sqlite::Token;
using detail::sqlite::TokenKind;

const core::Dialect& sqlite_dialect() {
    static const core::Dialect& dialect = core::dialect_for("sqlite");
    return dialect;
}

bool sole_key(const Table& table, const Column& column) {
    return table.primary_key && table.primary_key->columns.size() == 1 &&
           table.primary_key->columns.front() == column.name;
}

std::string without_parentheses(const std::string& sql) {
    return std::string(core::detail::without_outer_parentheses(sql, core::detail::sqlite_lexis));
}

bool is_constant(std::string_view word) {
    static constexpr std::array<std::string_view, 6> words{"NULL",         "TRUE",         "FALSE",
                                                           "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
    return std::any_of(words.begin(), words.end(), [&](auto each) { return detail::sqlite::same_name(each, word); });
}

/// The default as SQL. In a column with TEXT affinity a number is written as text, since SQLite would keep only 15 of
/// its digits, and with the trailing zeros of stored values, since equality compares text.
std::string default_expression(const Type& type, const ServerDefault& value) {
    std::string sql;
    const bool number = value.type == core::Value::Kind::numeric || value.type == core::Value::Kind::integer;
    if (value.kind == ServerDefault::Kind::literal && number && declared(type).starts_with("DECIMAL_TEXT")) {
        const auto decimal = Decimal::parse(value.text);
        const auto stored = type.precision > 0 ? decimal.rounded(type.scale) : decimal.normalized();
        sqlite_dialect().literal(sql, core::Value::text(stored.to_string()));
    } else if (value.kind == ServerDefault::Kind::now && type.kind == core::TypeKind::date) {
        sql = "date('now')";
    } else if (value.kind == ServerDefault::Kind::now && type.kind == core::TypeKind::time) {
        sql = "strftime('%H:%M:%f000','now')";
    } else
        sqlite_dialect().server_default(sql, value);
    return sql;
}

/// Whether our DDL writes the default as this expression.
bool writes(const Type& type, const ServerDefault& value, const std::string& expression) {
    try {
        return detail::sqlite::same_expression(default_expression(type, value), expression);
    } catch (const ValueError&) {
        return false;
    }
}

/// DEFAULT takes a literal as it is; any other expression needs parentheses.
std::string default_sql(const Type& type, const ServerDefault& value) {
    std::string sql = default_expression(type, value);
    sql = without_parentheses(sql);
    const auto tokens = detail::sqlite::tokenize(sql);
    if (tokens.empty()) throw UsageError("a server default is empty; write NULL or leave it out");
    const auto is_literal = [](const Token& token) {
        return token.kind == TokenKind::number || token.kind == TokenKind::string || token.kind == TokenKind::blob;
    };
    const bool sign = tokens.front().span.of(sql) == "-" || tokens.front().span.of(sql) == "+";
    const bool bare =
        (tokens.size() == 1 && (is_literal(tokens.front()) || is_constant(tokens.front().span.of(sql)))) ||
        (tokens.size() == 2 && sign && tokens.back().kind == TokenKind::number);
    return bare ? sql : "(" + sql + ")";
}

bool is_name(const Token& token, const std::string& sql) {
    return token.kind == TokenKind::quoted_identifier ||
           (token.kind == TokenKind::word && !is_constant(token.span.of(sql)));
}

class SqliteDdl final : public detail::CommonDdl {
public:
    [[nodiscard]] const core::Dialect& dialect() const noexcept override { return sqlite_dialect(); }
    [[nodiscard]] bool same_name(std::string_view left, std::string_view right) const override {
        return detail::sqlite::same_name(left, right);
    }

    [[nodiscard]] std::vector<std::string> create_table(const Table& table, const MetaData&,
                                                        const std::vector<QualifiedName>&) const override {
        if (!table.name.schema.empty()) refuse(table, "schemas");
        if (!table.module.empty())
            return {"CREATE VIRTUAL TABLE " + dialect().quoted(table.name) + " USING " + table.module};
        if (table.columns.empty()) throw UsageError("table " + table.name + " has no columns; give it one");
        check_names(table);
        check_supported(table);
        std::vector<std::string> statements{statement(table)};
        for (const auto& index : table.indexes) statements.push_back(create_index(table, index));
        return statements;
    }

    /// SQLite reads MATCH and takes every foreign key as MATCH SIMPLE, which differs where some of the columns are
    /// NULL. https://sqlite.org/foreignkeys.html#fk_unsupported
    [[nodiscard]] std::vector<std::string> not_enforced(const Table& table) const override {
        std::vector<std::string> notes;
        for (const auto& key : table.foreign_keys) {
            const bool nullable = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
                const Column* column = table.find_column(name);
                return column != nullptr && column->nullable;
            });
            if (key.match == Match::simple || key.columns.size() < 2 || !nullable) continue;
            std::string columns;
            for (const auto& name : key.columns) columns += (columns.empty() ? "" : ", ") + name;
            notes.push_back("table " + table.name.text() + ": SQLite does not enforce MATCH " +
                            (key.match == Match::full ? "FULL" : "PARTIAL") + " of its foreign key (" + columns +
                            "), so a row may have some of them and NULL in the others; a check can forbid it");
        }
        return notes;
    }

    /// Views and triggers. An enum type is a check of the columns that use it.
    [[nodiscard]] std::vector<std::string> create_object(const Object& object) const override {
        if (object.ref.kind == ObjectKind::enum_type) return {};
        if (object.ref.kind != ObjectKind::view && object.ref.kind != ObjectKind::trigger)
            throw UsageError(object.ref.text() + " cannot be created on SQLite, which has no object of that kind");
        if (!object.ref.name.schema.empty() || !object.ref.table.schema.empty())
            throw UsageError(object.ref.text() + " cannot be created on SQLite, which has no schemas");
        return {object.definition};
    }

    [[nodiscard]] std::string create_index(const Table& table, const Index& index) const override {
        const auto lacks = [&](const std::string& what) { refuse(table, what + " (index " + index.name + ")"); };
        if (!index.method.empty() && index.method != "btree") lacks("index method " + index.method);
        if (!index.include.empty()) lacks("INCLUDE columns");
        if (index.nulls_not_distinct) lacks("NULLS NOT DISTINCT");
        Index plain;
        plain.name = index.name;
        plain.unique = index.unique;
        plain.where = index.where;
        for (auto element : index.elements) {
            if (!element.operator_class.empty()) lacks("operator class " + element.operator_class.text());
            if (!element.collation.schema.empty()) lacks("collation " + element.collation.text());
            // SQLite takes NULL as smaller than every value, and has no other order in an index.
            const Nulls own = element.descending ? Nulls::last : Nulls::first;
            if (element.nulls != Nulls::database_default && element.nulls != own)
                lacks(element.nulls == Nulls::first ? "NULLS FIRST with DESC" : "NULLS LAST without DESC");
            element.nulls = Nulls::database_default;
            plain.elements.push_back(std::move(element));
        }
        return CommonDdl::create_index(table, plain);
    }

    [[nodiscard]] std::vector<std::string> drop_table(const Table& table, const MetaData&) const override {
        return {"DROP TABLE " + dialect().quoted(table.name)};
    }

    [[nodiscard]] std::string add_foreign_key(const Table&, const ForeignKey&) const override { return {}; }

    [[nodiscard]] std::string column_definition(const Table& table, const Column& column) const override {
        std::string sql = dialect().quoted(column.name);
        if (const auto type = declared_type(table, column); !type.empty()) sql += " " + type;
        if (!column.nullable) {
            if (!column.not_null_name.empty()) sql += " CONSTRAINT " + dialect().quoted(column.not_null_name);
            sql += " NOT NULL";
            if (!column.on_conflict.empty()) sql += " ON CONFLICT " + column.on_conflict;
        }
        if (column.server_default) sql += " DEFAULT " + default_sql(column.type, own_default(table, column));
        if (!column.collation.empty()) {
            if (!column.collation.schema.empty()) refuse(table, "collation " + column.collation.text());
            sql += " COLLATE " + dialect().quoted(column.collation);
        }
        if (column.computed)
            sql +=
                " GENERATED ALWAYS AS (" + *column.computed + ")" + (column.computed_virtual ? " VIRTUAL" : " STORED");
        if (const auto check = type_check(table, column)) sql += " " + constraint_sql(dialect(), *check);
        return sql;
    }

    [[nodiscard]] std::string type_name(const Type& type) const override { return declared(type); }

    /// By affinity: an INTEGER column holds any 64-bit number, a REAL column any double, and a type that SQLite knows
    /// only by its name is what the name contains. https://sqlite.org/datatype3.html#determination_of_column_affinity
    [[nodiscard]] TypeKind member_kind(const Type& type) const override {
        if (type.generic()) return type.kind == TypeKind::real ? TypeKind::double_precision : widest_integer(type.kind);
        const std::string name = core::internal::lower(type.native);
        const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
        if (has("bool")) return TypeKind::boolean;
        if (has("int")) return TypeKind::big_integer;
        if (has("char") || has("clob") || has("text") || has("date") || has("time")) return TypeKind::text;
        if (has("blob")) return TypeKind::bytes;
        if (has("real") || has("floa") || has("doub") || has("dec") || has("num")) return TypeKind::double_precision;
        return TypeKind::text;
    }

    [[nodiscard]] Column as_stored(const Table& table, const Column& column) const override {
        Column stored = column;
        store(table, stored);
        return stored;
    }

    /// Makes of the column what SQLite keeps.
    void store(const Table& table, Column& stored) const {
        const std::optional<std::string> sql =
            stored.server_default ? std::optional(default_sql(stored.type, own_default(table, stored))) : std::nullopt;
        stored.comment.clear();
        stored.storage.clear();
        stored.compression.clear();
        stored.statistics = -1;
        stored.options.clear();
        stored.inherited = false;
        if (!stored.computed) stored.computed_virtual = false;
        if (stored.nullable) {  // they are said with NOT NULL
            stored.not_null_name.clear();
            stored.on_conflict.clear();
        }
        stored.type = stored_type(type_in(table, std::move(stored.type)));
        if (stored.identity) {
            stored.type = BigInteger();
            stored.identity =
                stored.identity.kind == Numbering::autoincrement ? Numbering::autoincrement : Numbering::automatic;
        }
        if (sql) stored.server_default = parse_default(stored.type, *sql);
    }

    [[nodiscard]] Table as_stored(const Table& table) const override {
        Table stored = table;
        for (auto& column : stored.columns) store(table, column);
        internal::for_each_part(stored, [](auto& part) {
            internal::forget(part, {"comment",
                                    "index_comment",
                                    "statistics",
                                    "only",
                                    "attached_to",
                                    "include",
                                    "parameters",
                                    "tablespace",
                                    "method",
                                    "clustered",
                                    "invalid",
                                    "not_valid",
                                    "no_inherit",
                                    "set_columns",
                                    "nulls_not_distinct",
                                    "operator_class",
                                    "operator_class_options",
                                    "nulls",
                                    "unlogged",
                                    "partition_by",
                                    "partition_of",
                                    "partition_bound",
                                    "inherits",
                                    "of_type",
                                    "access_method",
                                    "replica_identity",
                                    "cluster_on",
                                    "row_security",
                                    "force_row_security"});
        });
        return stored;
    }

private:
    [[nodiscard]] std::string statement(const Table& table) const {
        using detail::sqlite::constraint_text;
        std::string sql = "CREATE TABLE " + dialect().quoted(table.name) + " (";
        const char* separator = "\n    ";
        bool key_said = false;
        const auto line = [&](const std::string& text) {
            sql += separator + text;
            separator = ",\n    ";
        };
        for (const auto& column : table.columns) {
            const bool key = sole_key(table, column) && key_is_of_column(table, column);
            line(column_definition(table, column) + (key ? " " + column_key(*table.primary_key) : ""));
            if (key) key_said = true;
        }
        if (table.primary_key && !key_said) line(constraint_text(table, *table.primary_key));
        for (const auto& unique : table.uniques) line(constraint_text(table, unique));
        for (const auto& check : table.checks) line(constraint_text(table, check));
        for (const auto& key : table.foreign_keys) line(constraint_text(table, key));
        sql += "\n)";
        if (table.without_rowid) sql += " WITHOUT ROWID";
        if (table.strict) sql += table.without_rowid ? ", STRICT" : " STRICT";
        return sql;
    }

    /// An INTEGER key in descending order is an alias of the rowid as a constraint of the table, and none as one of its
    /// column. https://sqlite.org/lang_createtable.html#rowids_and_the_integer_primary_key
    [[nodiscard]] static bool key_is_of_column(const Table& table, const Column& column) {
        const auto& order = table.primary_key->order;
        return !column.identity && !table.without_rowid && order.size() == 1 && order.front().descending &&
               order.front().collation.empty() && detail::sqlite::same_name(declared_type(table, column), "INTEGER");
    }
    [[nodiscard]] std::string column_key(const PrimaryKey& key) const {
        std::string sql = key.name.empty() ? std::string() : "CONSTRAINT " + dialect().quoted(key.name) + " ";
        sql += "PRIMARY KEY DESC";
        return key.on_conflict.empty() ? sql : sql + " ON CONFLICT " + key.on_conflict;
    }

    /// What only places PostgreSQL's storage (unlogged, tablespaces, parameters) is left out; what has a meaning that
    /// SQLite cannot keep is refused.
    void check_supported(const Table& table) const {
        if (!table.excludes.empty()) refuse(table, "EXCLUDE constraints");
        if (!table.partition_by.empty() || !table.partition_of.empty()) refuse(table, "partitions");
        if (!table.inherits.empty()) refuse(table, "inheritance");
        if (!table.of_type.empty()) refuse(table, "composite types");
        if (table.row_security || table.force_row_security) refuse(table, "row security");
        if (table.without_rowid && !table.primary_key)
            throw UsageError("table " + table.name + " is WITHOUT ROWID and needs a primary key");
        for (const auto& column : table.columns) check_column(table, column);
    }

    void check_column(const Table& table, const Column& column) const {
        const auto& options = column.identity.options;
        if (options.start || options.increment || options.minimum || options.maximum || options.cycle)
            refuse(table, "sequence options (column " + column.name + ")");
        if (!table.strict) return;
        static constexpr std::array<std::string_view, 6> allowed{"INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"};
        const std::string type = declared_type(table, column);
        if (std::none_of(allowed.begin(), allowed.end(),
                         [&](auto each) { return detail::sqlite::same_name(each, type); }))
            throw UsageError("table " + table.name + " is STRICT, and its column " + column.name + " cannot be " +
                             (type.empty() ? "without a type" : type) +
                             "; SQLite takes INT, INTEGER, REAL, TEXT, BLOB and ANY there");
    }

    [[nodiscard]] static bool is_integer(TypeKind kind) {
        return kind == TypeKind::small_integer || kind == TypeKind::integer || kind == TypeKind::big_integer;
    }
    [[nodiscard]] static TypeKind widest_integer(TypeKind kind) {
        return is_integer(kind) ? TypeKind::big_integer : kind;
    }

    /// A STRICT table takes only the names of SQLite's own kinds of values; the others mean the same to it.
    /// https://sqlite.org/stricttables.html
    [[nodiscard]] static Type type_in(const Table& table, Type type) {
        if (!table.strict || !type.generic() || !type.native.empty()) return type;
        if (is_integer(type.kind)) type.kind = TypeKind::integer;
        if (type.kind == TypeKind::double_precision) type.kind = TypeKind::real;
        return type;
    }

    /// SQLite keeps of an array which kind its elements are, of an enum its labels but no name, of a time every digit.
    [[nodiscard]] static Type stored_type(Type type) {
        if (!type.generic()) return type;
        type.name = {};
        type.native.clear();
        type.fraction = -1;
        if (type.kind != TypeKind::array) return type;
        Type element;
        element.kind = type.element.front().kind;
        return Array(std::move(element));
    }

    /// A single key column of type INTEGER is an alias of the rowid, which SQLite numbers; a key that the application
    /// chooses is INT.
    [[nodiscard]] static std::string declared_type(const Table& table, const Column& column) {
        const bool key = sole_key(table, column);
        if (column.identity) {
            const std::string refused = "column " + table.name + "." + column.name + " cannot be numbered by SQLite";
            if (!key) throw UsageError(refused + ": only a key of one column can; make it the primary key");
            if (table.without_rowid)
                throw UsageError(refused +
                                 ", since the table is WITHOUT ROWID; say not_generated() of it, or leave "
                                 "without_rowid() out");
            return "INTEGER";
        }
        std::string type = declared(type_in(table, column.type));
        const bool ours = column.type.generic() && column.type.native.empty();
        return key && !table.without_rowid && type == "INTEGER" && ours ? "INT" : type;
    }
};

}  // namespace

const DdlCompiler& ddl() {
    static const SqliteDdl compiler;
    return compiler;
}

std::optional<CheckConstraint> type_check(const Table& table, const Column& column) {
    if (!column.type.generic()) return std::nullopt;
    const auto make = [&](std::string_view kind, std::string expression) {
        return CheckConstraint{type_check_name(table.name.name, column.name, kind), std::move(expression)};
    };
    const std::string name = sqlite_dialect().quoted(column.name);
    switch (column.type.kind) {
        case TypeKind::boolean:
            return make("boolean", name + " IN (0, 1)");
        case TypeKind::json:
        case TypeKind::array:
            // json_valid(NULL) is 0 before SQLite 3.42.
            return make("json", (column.nullable ? name + " IS NULL OR " : "") + "json_valid(" + name + ")");
        case TypeKind::enumeration: {
            std::string labels;
            for (const auto& label : column.type.labels) {
                if (!labels.empty()) labels += ", ";
                sqlite_dialect().literal(labels, core::Value::text(label));
            }
            return make("enum", name + " IN (" + labels + ")");
        }
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
        case TypeKind::real:
        case TypeKind::double_precision:
        case TypeKind::text:
        case TypeKind::bytes:
        case TypeKind::numeric:
        case TypeKind::date:
        case TypeKind::time:
        case TypeKind::timestamp:
        case TypeKind::timestamptz:
        case TypeKind::uuid:
            break;
    }
    return std::nullopt;
}

std::optional<ServerDefault> parse_default(const Type& type, const std::string& sql) {
    std::string expression = without_parentheses(sql);
    if (detail::sqlite::same_name(expression, "NULL")) return std::nullopt;
    if (detail::sqlite::same_expression(expression, sqlite_dialect().now())) return ServerDefault::now();
    auto tokens = detail::sqlite::tokenize(expression);
    if (tokens.size() == 1 && is_name(tokens.front(), expression)) {  // DEFAULT abc and DEFAULT "abc" are strings
        const std::string string = detail::sqlite::identifier(tokens.front().span.of(expression));
        expression.clear();
        sqlite_dialect().literal(expression, core::Value::text(string));
        tokens = detail::sqlite::tokenize(expression);
    }
    std::string text;
    for (const Token& token : tokens) {
        const auto part = token.span.of(expression);
        if (token.kind == TokenKind::string) {
            text += detail::sqlite::string_value(part);
        } else if (token.kind == TokenKind::blob) {
            text += "\\x" + core::internal::lower(part.substr(2, part.size() - 3));
        } else {
            text += part;
        }
    }
    // It is a literal only when our DDL would write it in the same way, so that no meaning is read into it.
    if (tokens.size() <= 2) {
        auto literal = detail::literal_default(type, text);
        if (literal && writes(type, *literal, expression)) return literal;
    }
    return ServerDefault::sql(expression);
}

}  // namespace strata::schema::sqlite
