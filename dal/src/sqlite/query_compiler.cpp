#include "query_compiler.hpp"

#include "../detail/decimal_digits.hpp"
#include "../detail/pattern.hpp"
#include "../detail/sql_writer.hpp"
#include "catalogue.hpp"
#include "functions.hpp"
#include "json_rows.hpp"

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
        if (form == core::Form::path || form == core::Form::format) return std::string(text);
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
        const Storage storage = stored_as(type.kind);
        const bool foreign = value.token.op == Op::raw || value.token.op == Op::named_function;
        if (foreign && (storage == Storage::canonical_text || storage == Storage::instant_text)) {
            out << "strata_canonical(" << static_cast<int>(type.kind) << ", ";
            out.expression(value);
            out << ")";
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
        const bool equality = is_equality(node.token.op);
        comparable(out, left, right, equality);
        out << " " << comparison_operator(node.token.op) << " ";
        comparable(out, right, left, equality);
    }
    [[nodiscard]] std::string_view comparison_operator(Op op) const override {
        if (op == Op::is_not_distinct) return "IS";
        if (op == Op::is_distinct) return "IS NOT";
        return QueryCompiler::comparison_operator(op);
    }
    static bool is_equality(Op op) {
        return op == Op::equal || op == Op::not_equal || op == Op::is_distinct || op == Op::is_not_distinct;
    }
    /// One side of a comparison with another one, in the form in which both compare.
    void comparable(SqlWriter& out, const Node& side, const Node& other, bool equality) const {
        const core::EnumInfo* const either =
            side.type.enumeration != nullptr ? side.type.enumeration : other.type.enumeration;
        const auto is_digits = [](const Node& column, const Node& digits) {
            return column_of(column) != nullptr && is_wide(column) && is_numeric_parameter(digits) &&
                   (digits.token.flags & core::parameter_of_column) != 0;
        };
        if (side.token.op == Op::row && other.operands.size() == side.operands.size()) {
            out << "(";
            for (std::size_t i = 0; i < side.operands.size(); ++i) {
                if (i > 0) out << ", ";
                comparable(out, *side.operands[i], *other.operands[i], equality);
            }
            out << ")";
        } else if (!equality && either != nullptr) {
            rank(out, side, *either);
        } else if (equality && is_digits(other, side)) {
            value(out, side.parameter);
        } else if ((is_wide(side) || is_wide(other)) && !(equality && have_same_form(side, other)) &&
                   !(equality && is_digits(side, other))) {
            number(out, side, precedence::other);
        } else {
            out.expression(side, precedence::other);
        }
    }

    [[nodiscard]] std::string_view text_of(Function function) const override { return function_text(function); }
    [[nodiscard]] std::size_t raw_text() const override { return 0; }
    void operand(SqlWriter& out, const Node& node, int precedence) const override { number(out, node, precedence); }

    void function(SqlWriter& out, const Node& node) const override {
        const auto function = static_cast<Function>(node.token.flags);
        switch (function) {
            case Function::null_if:
                out << "CASE WHEN ";
                comparable(out, *node.operands[0], *node.operands[1], true);
                out << " = ";
                comparable(out, *node.operands[1], *node.operands[0], true);
                out << " THEN NULL ELSE ";
                out.expression(*node.operands[0]);
                out << " END";
                break;
            case Function::greatest:
            case Function::least:
                extreme(out, node, function_text(function));
                break;
            case Function::string_agg:
            case Function::array_agg:
            case Function::json_agg:
            case Function::json_object_agg:
                collect(out, node, function_text(function));
                break;
            case Function::json_object:
                json_object(out, node);
                break;
            case Function::array_any:
            case Function::array_all:
                quantified(out, node, function == Function::array_any);
                break;
            case Function::array_element:
                element(out, node);
                break;
            default:
                QueryCompiler::function(out, node);
        }
    }

    /// max() and min() of several arguments are NULL when one of them is, so each has the others in reserve.
    void extreme(SqlWriter& out, const Node& node, std::string_view name) const {
        const core::EnumInfo* const labels = node.type.enumeration;
        if (labels != nullptr) out << "CASE ";
        out << name << "(";
        for (std::size_t i = 0; i < node.operands.size(); ++i) {
            out << (i > 0 ? ", coalesce(" : "coalesce(");
            for (std::size_t j = 0; j < node.operands.size(); ++j) {
                if (j > 0) out << ", ";
                const Node& operand = *node.operands[(i + j) % node.operands.size()];
                if (labels != nullptr) {
                    rank(out, operand, *labels);
                } else {
                    number(out, operand, precedence::lowest);
                }
            }
            out << ")";
        }
        out << ")";
        if (labels != nullptr) unrank(out, *labels);
    }

    /// The kind of each value tells the function how to write it.
    void collect(SqlWriter& out, const Node& node, std::string_view name) const {
        if (out.take_window() != nullptr)
            throw UsageError("SQLite collects values of groups and not of windows: " + std::string(name));
        std::string orders;
        for (const Node* const operand : node.operands) {
            if (operand->token.op == Op::aggregate_order) orders += static_cast<char>('0' + operand->token.flags);
        }
        const Node& value =
            *node.operands[node.token.flags == static_cast<unsigned>(Function::json_object_agg) ? 2 : 1];
        out << name << "(" << int{node.operands[0]->token.number} << ", " << static_cast<int>(value.type.kind) << ", ";
        out.literal(core::Value::text(orders));
        for (std::size_t i = 1; i < node.operands.size(); ++i) {
            out << ", ";
            const Node& operand = *node.operands[i];
            if (operand.token.op == Op::aggregate_order) {
                aggregate_order(out, operand);
            } else {
                out.expression(operand);  // all digits of a decimal that is text
            }
        }
        out << ")";
        out.end_call();
    }
    void aggregate_order(SqlWriter& out, const Node& node) const override {
        const Node& key = *node.operands[0];
        if (key.type.enumeration != nullptr) {
            rank(out, key, *key.type.enumeration);
        } else {
            number(out, key, precedence::lowest);
        }
    }

    void json_object(SqlWriter& out, const Node& node) const {
        out << "json_object(";
        for (std::size_t i = 0; i < node.operands.size(); ++i) {
            if (i > 0) out << ", ";
            const Node& operand = *node.operands[i];
            const bool boolean = operand.type.kind == TypeKind::boolean;
            const bool json = boolean || operand.type.kind == TypeKind::json;
            if (json) out << "json(";
            if (boolean) out << "CASE ";
            number(out, operand, boolean ? precedence::other : precedence::lowest);
            if (boolean) out << " WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END";
            if (json) out << ")";
        }
        out << ")";
    }

    /// Whether one element, or each of them, is equal to the value; NULL where that is not known.
    void quantified(SqlWriter& out, const Node& node, bool any) const {
        const Node& array = *node.operands[0];
        const Node& value = *node.operands[1];
        out << "(SELECT CASE WHEN ";
        number(out, array, precedence::other);
        out << (any ? " IS NULL THEN NULL ELSE coalesce(max(" : " IS NULL THEN NULL ELSE coalesce(min(");
        const std::string_view element = element_as_stored(array.type.element->kind);
        out << "CASE WHEN \"strata_list\".\"e\" = ";
        number(out, value, precedence::other);
        out << " THEN 2 WHEN \"strata_list\".\"e\" <> ";
        number(out, value, precedence::other);
        out << " THEN 0 ELSE 1 END), " << (any ? "0" : "2") << ") END FROM (SELECT " << element
            << " AS \"e\" FROM json_each(";
        number(out, array, precedence::lowest);
        out << ")) AS \"strata_list\")";
    }

    /// The element at a position, of which 0 is the first.
    void element(SqlWriter& out, const Node& node) const {
        const Node& array = *node.operands[0];
        out << "(SELECT " << element_as_stored(array.type.element->kind) << " FROM json_each(";
        number(out, array, precedence::lowest);
        out << ") WHERE key = ";
        number(out, *node.operands[1], precedence::other);
        out << ")";
    }

    void in_rows(SqlWriter& out, const Node& node) const override {
        const Node& row = *node.operands[0];
        out << "(";
        for (std::size_t i = 0; i < row.operands.size(); ++i) {
            if (i > 0) out << ", ";
            number(out, *row.operands[i], precedence::lowest);
        }
        out << ((node.token.flags & 1U) != 0 ? ") NOT IN (SELECT " : ") IN (SELECT ");
        for (std::size_t i = 0; i < row.operands.size(); ++i) {
            if (i > 0) out << ", ";
            out << "(SELECT " << element_as_stored(row.operands[i]->type.kind) << " FROM (SELECT json_extract("
                << R"("strata_list"."value", '$[)" << static_cast<int>(i) << "]') AS value))";
        }
        out << " FROM json_each(";
        out.expression(*node.operands[1]);
        out << R"() AS "strata_list"))";
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
            out << function << ((node.token.flags & core::aggregate_distinct) != 0 ? "(DISTINCT " : "(");
            number(out, operand, precedence::lowest);
            out << ")";
            out.end_call();
            out.window(over);
            if (scale > 0) out << ", " << scale << ")";
            return;
        }
        out << "CASE " << function << "(";
        rank(out, operand, *labels);
        out << ")";
        out.end_call();
        out.window(over);
        unrank(out, *labels);
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
        const Node& operand = *node.operands[0];
        const Storage stored = stored_as(node.type.kind);
        const bool whole = stored == Storage::integer;
        const bool reads_text = operand.type.kind == TypeKind::text && node.type.kind != TypeKind::boolean &&
                                (whole || stored == Storage::real || node.type.kind == TypeKind::numeric);
        out << (reads_text ? "CAST(strata_number_text(" : "CAST(");
        out.expression(operand);
        if (reads_text) out << (whole ? ", 1)" : ", 0)");
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

    /// The digits of a column are in its declaration.
    void result(SqlWriter& out, const Node& written, const Node& value) const override {
        constexpr DigitWords words{"max", "strata_scale(?", ")", "?", ""};
        const bool integers = value.token.op == Op::sum && value.operands[0]->type.kind != TypeKind::numeric;
        const bool computed = value.type.kind == TypeKind::numeric && column_of(value) == nullptr && !integers;
        const std::optional<std::string> digits = computed ? digits_of(value, words) : std::nullopt;
        if (digits) out << "strata_decimal(";
        out.expression(written);
        if (digits) out << ", " << *digits << ")";
    }
    void order(SqlWriter& out, const Query& query, const Node& entry) const override {
        const Node& operand = *entry.operands[0];
        if (const core::EnumInfo* const labels = operand.type.enumeration) {
            rank(out, without_position(query, operand), *labels);
        } else if (is_wide(operand) ||
                   (operand.token.op == Op::result_column && operand.type.kind == TypeKind::numeric)) {
            number(out, without_position(query, operand), precedence::lowest);  // the result is a text
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

    bool rows_beside(SqlWriter& out, const FunctionRows& rows) const override {
        if (is_json(rows)) json_rows(out, rows);
        return is_json(rows);
    }
    bool column_beside(SqlWriter& out, const core::SourceInfo& source, const FunctionRows& rows,
                       std::size_t index) const override {
        if (is_json(rows)) json_column(out, source, rows, index);
        return is_json(rows);
    }
    void function_rows(SqlWriter& out, const FunctionRows& rows) const override {
        if (is_json(rows)) {
            json_query(out, rows);
            return;
        }
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
    void written_rows(SqlWriter&) const override {
        throw UsageError(
            "SQLite has no queries that write in with(); PostgreSQL has. In a transaction, returning() gives the rows "
            "to the statement after it");
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
    /// Goes on after `CASE rank` with the labels.
    static void unrank(SqlWriter& out, const core::EnumInfo& labels) {
        for (std::size_t i = 0; i < labels.count; ++i) {
            out << " WHEN " << static_cast<int>(i) << " THEN ";
            out.literal(core::Value::text(labels.labels[i].name));
        }
        out << " END";
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
