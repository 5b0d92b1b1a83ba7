#include "query_compiler.hpp"

#include "../detail/pattern.hpp"
#include "../detail/sql_writer.hpp"
#include "catalogue.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/sqlite_storage.hpp>

#include <algorithm>
#include <optional>

namespace strata::dal::detail::sqlite {

using core::Op;
using core::TypeKind;
using core::sqlite::Storage;
using core::sqlite::stored_as;

namespace {

/// A decimal column that is stored as text.
bool is_wide(const core::TypeInfo& type, const core::ColumnFacts& column) {
    return stored_as(type.kind, column.precision) == Storage::decimal_text;
}
/// A decimal that is, or may be, text as a column stores it.
bool is_wide(const Node& node) {
    return node.type.stored && stored_as(node.type.kind, node.type.precision) == Storage::decimal_text;
}
/// Two columns whose equal decimals are equal texts.
bool have_same_form(const Node& left, const Node& right) {
    return is_wide(left) && is_wide(right) && facts_of(left) != nullptr && facts_of(right) != nullptr &&
           facts_of(left)->scale == facts_of(right)->scale;
}

bool is_numeric_parameter(const Node& node) {
    return node.token.op == Op::parameter && node.type.kind == TypeKind::numeric;
}

std::string_view cast_name(TypeKind kind) {
    switch (stored_as(kind)) {
        case Storage::text:
        case Storage::canonical_text:
        case Storage::instant_text:
            return "TEXT";
        case Storage::number:
        case Storage::decimal_text:
            return "NUMERIC";
        case Storage::real:
            return "REAL";
        case Storage::integer:
            return "INTEGER";
        case Storage::blob:
            return "BLOB";
    }
    throw UsageError("a cast to a type that SQLite does not keep");
}

class Compiler final : public QueryCompiler {
public:
    Compiler() : QueryCompiler(core::dialect_for("sqlite")) {}

    [[nodiscard]] std::string pattern(std::string_view text, core::Form form, bool folded) const override {
        return folded ? like_pattern(text, form) : glob_pattern(text, form);
    }
    void advance_key(core::Connection&, const RowPlan&, std::int64_t) const override {}  // a rowid follows by itself
    [[nodiscard]] std::vector<StoredColumn> stored_columns(core::Connection& connection,
                                                           const core::QualifiedName& table) const override {
        return sqlite::stored_columns(connection, table);
    }
    [[nodiscard]] bool fits(const core::TypeInfo& type, const core::ColumnFacts& facts,
                            const StoredColumn& column) const override {
        return sqlite::fits(type, facts, column);
    }
    void check_role(core::Connection&) const override {}

    void parameter(SqlWriter& out, const Node& node) const override {
        // A decimal is bound as text; next to a number it must become one.
        const bool decimal = is_numeric_parameter(node);
        if (decimal) out << "CAST(";
        value(out, node.parameter);
        if (decimal) out << " AS NUMERIC)";
    }
    void value(SqlWriter& out, int number) const override { out << "?" << number; }

    void compared(SqlWriter& out, const core::Value& bound, int number) const override {
        const bool decimal = bound.kind() == core::Value::Kind::numeric;
        out << (decimal ? "CAST(" : "");
        value(out, number);
        out << (decimal ? " AS NUMERIC)" : "");
    }

    void number(SqlWriter& out, const Node& node, int precedence) const override {
        const bool text = is_wide(node);
        if (text) out << "CAST(";
        out.expression(node, text ? precedence::lowest : precedence);
        if (text) out << " AS NUMERIC)";
    }

    /// PostgreSQL refuses an integer that the column's type cannot hold; here a function of our connections does.
    static void assigned_integer(SqlWriter& out, TypeKind kind, const Node& value) {
        const std::string_view range = kind == TypeKind::small_integer ? " AND value BETWEEN -32768 AND 32767"
                                       : kind == TypeKind::integer     ? " AND value BETWEEN -2147483648 AND 2147483647"
                                                                       : "";
        out << "(SELECT CASE WHEN value IS NULL OR typeof(value) = 'integer'" << range
            << " THEN value ELSE strata_out_of_range() END FROM (SELECT ";
        out.expression(value);
        out << " AS value))";
    }

    /// Equality compares the text of a wide decimal, so all stored values have the same number of digits after the
    /// point.
    void assigned(SqlWriter& out, const core::ColumnFacts& column, const core::TypeInfo& type,
                  const Node& value) const override {
        const bool same_form = is_wide(value) && facts_of(value) != nullptr && facts_of(value)->scale == column.scale;
        if (type.kind == TypeKind::small_integer || type.kind == TypeKind::integer ||
            type.kind == TypeKind::big_integer) {
            assigned_integer(out, type.kind, value);
            return;
        }
        if (same_form || type.kind != TypeKind::numeric) {
            QueryCompiler::assigned(out, column, type, value);
            return;
        }
        if (!is_wide(type, column)) {
            out << "round(";
            number(out, value, precedence::lowest);
            out << ", " << column.scale << ")";
            return;
        }
        if (column.precision > 0) {
            out << "(SELECT printf('%." << column.scale << "f', value) FROM (SELECT ";
            number(out, value, precedence::lowest);
            out << " AS value) WHERE value IS NOT NULL)";
        } else {
            out << "CAST(CAST(";
            out.expression(value);
            out << " AS NUMERIC) AS TEXT)";
        }
    }

    void comparison(SqlWriter& out, const Node& node) const override {
        const Node& left = *node.operands[0];
        const Node& right = *node.operands[1];
        const bool equality = node.token.op == Op::equal || node.token.op == Op::not_equal;
        const core::EnumInfo* const either =
            left.type.enumeration != nullptr ? left.type.enumeration : right.type.enumeration;
        if (!equality && either != nullptr) {
            const core::EnumInfo& labels = *either;
            rank(out, left, labels);
            out << " " << traits_of(node.token.op).spelling << " ";
            rank(out, right, labels);
        } else if (equality && column_of(left) != nullptr && is_wide(left) && is_numeric_parameter(right)) {
            out.expression(left);
            out << " " << traits_of(node.token.op).spelling << " ";
            value(out, right.parameter);
        } else if ((is_wide(left) || is_wide(right)) && !(equality && have_same_form(left, right))) {
            number(out, left, precedence::other);
            out << " " << traits_of(node.token.op).spelling << " ";
            number(out, right, precedence::other);
        } else {
            QueryCompiler::comparison(out, node);
        }
    }

    void between(SqlWriter& out, const Node& node) const override {
        const core::EnumInfo* const labels = node.operands[0]->type.enumeration;
        const auto operand = [&](std::size_t index) {
            if (labels != nullptr) {
                rank(out, *node.operands[index], *labels);
            } else {
                number(out, *node.operands[index], precedence::other);
            }
        };
        operand(0);
        out << " BETWEEN ";
        operand(1);
        out << " AND ";
        operand(2);
    }

    void like(SqlWriter& out, const Node& node) const override {
        out.expression(*node.operands[0], precedence::other);
        out << (node.token.op == Op::like ? " GLOB " : " LIKE ");
        out.expression(*node.operands[1], precedence::other);
        if (node.token.op == Op::like_folded) out << R"( ESCAPE '\')";
    }

    void in_list(SqlWriter& out, const Node& node) const override {
        if (column_of(*node.operands[0]) == nullptr || !is_wide(*node.operands[0])) {
            QueryCompiler::in_list(out, node);
            return;
        }
        out.expression(*node.operands[0]);
        out << (node.token.flags != 0 ? " NOT IN (" : " IN (");
        for (std::size_t i = 1; i < node.operands.size(); ++i) {
            if (i > 1) out << ", ";
            value(out, node.operands[i]->parameter);
        }
        out << ")";
    }

    void in_array(SqlWriter& out, const Node& node) const override {
        const Node& operand = *node.operands[0];
        const TypeKind kind = node.operands[1]->type.element->kind;
        const bool digits = kind == TypeKind::numeric && column_of(operand) != nullptr && is_wide(operand);
        if (stored_as(kind) == Storage::blob) {
            out << "CASE WHEN ";
            out.expression(operand, precedence::other);
            out << " IS NOT NULL THEN hex(";  // hex(NULL) is not NULL
            out.expression(operand);
            out << ") END";
        } else if (digits) {
            out.expression(operand, precedence::other);
        } else {
            number(out, operand, precedence::other);
        }
        out << ((node.token.flags & 1U) != 0 ? " NOT IN" : " IN") << " (SELECT "
            << (digits ? "value" : element_as_stored(kind)) << " FROM json_each(";
        out.expression(*node.operands[1]);
        out << "))";
    }

    void aggregate(SqlWriter& out, const Node& node) const override {
        const Node& operand = *node.operands[0];
        const core::EnumInfo* const labels = operand.type.enumeration;
        const std::string_view function = traits_of(node.token.op).spelling;
        // The last digits of a sum of doubles can be wrong; the scale says how many digits there are.
        const bool exact_sum = node.token.op == Op::sum && node.type.kind == TypeKind::numeric;
        const int scale = exact_sum ? operand.type.scale.value_or(0) : 0;
        const bool ranked = labels != nullptr && (node.token.op == Op::minimum || node.token.op == Op::maximum);
        const Node* const over = out.take_window();
        if (!ranked) {
            if (scale > 0) out << "round(";
            out << function << "(";
            number(out, operand, precedence::lowest);
            out << ")";
            out.window(over);
            if (scale > 0) out << ", " << scale << ")";
            return;
        }
        out << "CASE " << function << "(";
        rank(out, operand, *labels);
        out << ")";
        out.window(over);
        for (std::size_t i = 0; i < labels->count; ++i) {
            out << " WHEN " << static_cast<int>(i) << " THEN ";
            out.literal(core::Value::text(labels->labels[i].name));
        }
        out << " END";
    }

    void divide(SqlWriter& out, const Node& node) const override {
        // A decimal like 5.00 is stored as an integer, and dividing integers drops the remainder.
        const bool exact = node.type.kind == TypeKind::numeric && node.token.op == Op::divide;
        if (exact) out << "CAST(";
        out.expression(*node.operands[0], exact ? precedence::lowest : precedence::product);
        if (exact) out << " AS REAL)";
        out << (node.token.op == Op::divide ? " / " : " % ");
        number(out, *node.operands[1], precedence::unary);
    }

    void cast(SqlWriter& out, const Node& node) const override {
        if (node.type.kind == TypeKind::date) {
            out << "substr(";
            out.expression(*node.operands[0]);
            out << ", 1, 10)";
            return;
        }
        out << "CAST(";
        out.expression(*node.operands[0]);
        out << " AS " << cast_name(node.type.kind) << ")";
    }

    void extract(SqlWriter& out, const Node& node) const override {
        // The field is cut from the text, since strftime rounds to milliseconds.
        constexpr int in_timestamp[] = {1, 6, 9, 12, 15, 18};
        constexpr int in_time[] = {0, 0, 0, 1, 4, 7};
        const std::size_t field = node.token.number;
        out << "CAST(substr(";
        out.expression(*node.operands[0]);
        out << ", " << (node.token.flags == core::extract_time ? in_time : in_timestamp)[field] << ", "
            << (field == 0 ? 4 : 2) << ") AS INTEGER)";
    }

    void order(SqlWriter& out, const Query& query, const Node& entry) const override {
        const Node& operand = *entry.operands[0];
        if (const core::EnumInfo* const labels = operand.type.enumeration) {
            rank(out, without_position(query, operand), *labels);
        } else if (is_wide(operand)) {
            number(out, without_position(query, operand), precedence::lowest);
        } else {
            out.expression(operand);
        }
        const bool descending = (entry.token.flags & 1U) != 0;
        if (descending) out << " DESC";
        if ((entry.token.flags & 2U) != 0) {
            out << " NULLS FIRST";
        } else if ((entry.token.flags & 4U) != 0) {
            out << " NULLS LAST";
        } else if (operand.type.nulls != core::Nulls::never) {
            out << (descending ? " NULLS FIRST" : " NULLS LAST");
        }
    }

    void function_rows(SqlWriter& out, const FunctionRows& rows) const override {
        if (rows.function == core::RowsFunction::elements) {
            const TypeKind kind = rows.operands[0]->type.element->kind;
            out << "SELECT "
                << (kind == TypeKind::boolean             ? "value = 'true'"
                    : stored_as(kind) == Storage::integer ? "CAST(value AS INTEGER)"
                                                          : element_as_stored(kind))
                << R"( AS "c1", key + 1 AS "c2" FROM json_each()";
            out.expression(*rows.operands[0]);
            out << ")";
            return;
        }
        // SQLite's own generate_series is not in every build of it.
        const bool days = rows.function == core::RowsFunction::days;
        const auto operand = [&](std::size_t index) { out.expression(*rows.operands[index]); };
        const auto next = [&] {
            out << (days ? R"(date("c1", )" : R"("c1" + )");
            operand(2);
            if (days) out << " || ' days')";
        };
        const auto within = [&](const auto& row) {
            out << " WHERE CASE WHEN ";
            operand(2);
            out << " > 0 THEN ";
            row();
            out << " <= ";
            operand(1);
            out << " ELSE ";
            row();
            out << " >= ";
            operand(1);
            out << " END";
        };
        out << R"(WITH RECURSIVE "rows"("c1") AS (SELECT )";
        operand(0);
        within([&] { operand(0); });
        out << " UNION ALL SELECT ";
        next();
        out << R"( FROM "rows")";
        within(next);
        out << R"() SELECT "c1" FROM "rows")";
    }
    void row_count(SqlWriter& out, const Node& node) const override { value(out, node.parameter); }
    [[nodiscard]] std::string_view binary_collation() const override { return "BINARY"; }

    void row_after(SqlWriter& out, const Node& node) const override {
        const std::size_t half = node.operands.size() / 2;
        const auto ordered = [&](std::size_t column, const Node& operand) {
            if (const core::EnumInfo* const labels = node.operands[column]->type.enumeration) {
                rank(out, operand, *labels);
            } else {
                number(out, operand, precedence::lowest);
            }
        };
        for (std::size_t i = 0; i < node.operands.size(); ++i) {
            out << (i == 0 ? "(" : i != half ? ", " : node.token.flags != 0 ? ") < (" : ") > (");
            ordered(i % half, *node.operands[i]);
        }
        out << ")";
    }

    void grouping_form(SqlWriter&, const Node&) const override {
        throw UsageError("SQLite has no rollup(), cube() and grouping_sets(); PostgreSQL has");
    }
    void grouping(SqlWriter&, const Node&) const override {
        throw UsageError("SQLite has no grouping(); PostgreSQL has");
    }
    void distinct_on(SqlWriter&, std::span<Node* const>) const override {
        throw UsageError(
            "SQLite has no distinct_on(); PostgreSQL has. A dal::derived with dal::row_number() does the same on both");
    }
    void lateral(SqlWriter&) const override {
        throw UsageError(
            "SQLite has no lateral joins; PostgreSQL has. A dal::derived with dal::row_number() finds some rows for "
            "each "
            "on both");
    }
    /// A transaction that can write has locked the whole database.
    void lock(SqlWriter&, std::span<const Lock>) const override {}

    [[nodiscard]] std::string explained(const std::string& sql, const ExplainOptions& options) const override {
        if (options.analyze) throw UsageError("SQLite shows a plan without running it: explain() without analyze");
        return "EXPLAIN QUERY PLAN " + sql;
    }
    /// Each row has its step's number and that of the step which it is a part of.
    /// https://www.sqlite.org/eqp.html
    [[nodiscard]] std::string plan_of(core::Cursor& cursor) const override {
        std::string plan;
        std::vector<std::int64_t> steps;
        while (cursor.next()) {
            const core::Row& row = cursor.row();
            while (!steps.empty() && steps.back() != row.integer(1)) steps.pop_back();
            plan.append(2 * steps.size(), ' ').append(row.text(3)).append("\n");
            steps.push_back(row.integer(0));
        }
        return plan;
    }

    /// SQL takes an expression only around the set operation.
    [[nodiscard]] bool orders_by_expression(const Query& query) const override {
        return std::ranges::any_of(query.order_by, [](const Node* entry) {
            const Node& operand = *entry->operands[0];
            return operand.type.enumeration != nullptr || is_wide(operand);
        });
    }
    [[nodiscard]] bool counts_duplicates() const override { return false; }
    [[nodiscard]] std::string_view least() const override { return "min"; }
    [[nodiscard]] bool keeps_last_key() const override { return true; }
    [[nodiscard]] std::string_view no_limit() const override { return " LIMIT -1"; }
    [[nodiscard]] std::string_view truncate() const override { return "DELETE FROM "; }

private:
    /// Converts an element of an array parameter, which is canonical text, to the form that a column stores.
    static std::string_view element_as_stored(TypeKind kind) {
        switch (stored_as(kind)) {
            case Storage::integer:
            case Storage::text:
            case Storage::canonical_text:
                return "value";
            case Storage::real:
                return "CASE value WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999 ELSE CAST(value AS REAL) "
                       "END";
            case Storage::number:
            case Storage::decimal_text:
                return "CAST(value AS NUMERIC)";
            case Storage::instant_text:
                return "substr(value, 1, 26)";  // without +00
            case Storage::blob:
                return "upper(substr(value, 3))";  // without \\x; bytes are compared as hexadecimal digits
        }
        return "value";
    }
    /// Writes a label's position in the enum's declaration, by which PostgreSQL orders it.
    static void rank(SqlWriter& out, const Node& node, const core::EnumInfo& labels) {
        out << "CASE ";
        out.expression(node, precedence::other);
        for (std::size_t i = 0; i < labels.count; ++i) {
            out << " WHEN ";
            out.literal(core::Value::text(labels.labels[i].name));
            out << " THEN " << static_cast<int>(i);
        }
        out << " END";
    }
};

}  // namespace

const QueryCompiler& compiler() {
    static const Compiler instance;
    return instance;
}

}  // namespace strata::dal::detail::sqlite
