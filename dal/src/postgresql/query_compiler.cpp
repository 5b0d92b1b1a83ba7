#include "query_compiler.hpp"

#include "../detail/decimal_digits.hpp"
#include "../detail/pattern.hpp"
#include "../detail/sql_writer.hpp"
#include "catalogue.hpp"
#include "functions.hpp"

#include <strata/core/error.hpp>
#include <strata/core/log.hpp>

#include <mutex>
#include <set>

namespace strata::dal::detail::postgresql {

using core::Op;
using core::TypeKind;

namespace {

/// The type of a parameter where PostgreSQL would infer it from the neighbouring operand, which may be narrower than
/// the value (an int4 column and 5000000000). Text and enums stay untyped: the neighbour may be of any type that text
/// converts to.
std::string_view type_name(TypeKind kind) {
    switch (kind) {
        case TypeKind::boolean:
            return "boolean";
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return "bigint";
        case TypeKind::real:
        case TypeKind::double_precision:
            return "double precision";
        case TypeKind::bytes:
            return "bytea";
        case TypeKind::numeric:
            return "numeric";
        case TypeKind::date:
            return "date";
        case TypeKind::time:
            return "time";
        case TypeKind::timestamp:
            return "timestamp";
        case TypeKind::timestamptz:
            return "timestamptz";
        case TypeKind::uuid:
            return "uuid";
        case TypeKind::json:
            return "jsonb";
        case TypeKind::text:
        case TypeKind::enumeration:
        case TypeKind::array:
            return "";
    }
    return "";
}

/// Whether nothing was said before in this process about this role and database.
bool is_first(const std::string& role) {
    static std::mutex mutex;
    static std::set<std::string> said;
    const std::lock_guard lock(mutex);
    return said.insert(role).second;
}

std::string_view cast_name(TypeKind kind) {
    if (kind == TypeKind::text) return "text";
    if (kind == TypeKind::small_integer) return "smallint";
    if (kind == TypeKind::integer) return "integer";
    return type_name(kind);
}

std::string_view field_name(core::Field field) {
    switch (field) {
        case core::Field::year:
            return "year";
        case core::Field::month:
            return "month";
        case core::Field::day:
            return "day";
        case core::Field::hour:
            return "hour";
        case core::Field::minute:
            return "minute";
        case core::Field::second:
            return "second";
    }
    return "";
}

class Compiler final : public QueryCompiler {
    /// The type that an expression is cast to.
    void of_type(SqlWriter& out, TypeKind kind, const core::EnumInfo* labels) const {
        out << "::";
        if (kind == TypeKind::enumeration && labels != nullptr) {
            out << dialect.quoted(core::QualifiedName{labels->schema, labels->name()});
        } else {
            out << (kind == TypeKind::enumeration ? "text" : cast_name(kind));
        }
    }

public:
    Compiler() : QueryCompiler(core::dialect_for("postgresql")) {}

    [[nodiscard]] std::string pattern(std::string_view text, core::Form form, bool) const override {
        if (form == core::Form::path) return path_array(text);
        if (form == core::Form::format) return to_char_format(text);
        return like_pattern(text, form);
    }

    void advance_key(core::Connection& connection, const RowPlan& plan, std::int64_t key) const override {
        // Only moves forward, and does not use up a number: https://www.postgresql.org/docs/15/functions-sequence.html
        const std::string table = dialect.quoted(plan.table.qualified_name());
        const core::Value values[] = {core::Value::text(table),
                                      core::Value::text(plan.table.column(plan.generated_key).name),
                                      core::Value::integer(key)};
        connection.execute(
            "SELECT setval(s, v) FROM (SELECT pg_get_serial_sequence($1, $2)::regclass AS s, $3::bigint AS v) AS q "
            "WHERE s IS NOT NULL AND v > coalesce(pg_sequence_last_value(s), 0)",
            values);
    }

    [[nodiscard]] std::vector<StoredColumn> stored_columns(core::Connection& connection,
                                                           const core::QualifiedName& table) const override {
        return postgresql::stored_columns(connection, table);
    }
    [[nodiscard]] bool fits(const core::TypeInfo& type, const core::ColumnFacts& /*any*/,
                            const StoredColumn& column) const override {
        return postgresql::fits(type, column);
    }
    void check_role(core::Connection& connection) const override {
        const auto may = connection.scalar(
            "SELECT concat_ws(' ', quote_ident(current_user), quote_ident(current_database()), current_schema(), "
            "inet_server_addr(), inet_server_port()) WHERE has_schema_privilege(current_schema(), 'CREATE')");
        if (!may || !is_first(*may)) return;
        core::log::write(core::log::Level::warning,
                         "the database role of dal::connect may create in the schema; give the application a role that "
                         "cannot, since functions are stopped by nothing else");
    }

    void parameter(SqlWriter& out, const Node& node) const override {
        value(out, node.parameter);
        const std::string_view type = written_type(node.type);
        if (!type.empty()) out << "::" << type << (node.type.kind == TypeKind::array ? "[]" : "");
    }
    void value(SqlWriter& out, int number) const override { out << "$" << number; }
    void null(SqlWriter& out, const Node& node) const override {
        out << "NULL";
        if ((node.token.flags & core::null_typed) != 0) of_type(out, node.type.kind, node.type.enumeration);
    }

    /// A JSON document of this kind; NULL for others, which the functions refuse.
    void document_of(SqlWriter& out, const Node& document, std::string_view kind) const {
        out << "CASE WHEN jsonb_typeof(";
        operand(out, document, precedence::lowest);
        out << ") = " << kind << " THEN ";
        operand(out, document, precedence::lowest);
        out << " END";
    }
    void function_rows(SqlWriter& out, const FunctionRows& rows) const override {
        const auto operand = [&](std::size_t index) { out.expression(*rows.operands[index]); };
        out << "SELECT ";
        switch (rows.function) {
            case core::RowsFunction::numbers:
                out << R"("c1" FROM generate_series()";
                operand(0);
                out << ", ";
                operand(1);
                out << ", ";
                operand(2);
                out << R"() AS "rows"("c1"))";
                break;
            case core::RowsFunction::days:
                operand(0);
                out << R"( + "c1"::integer AS "c1" FROM generate_series(0, )";
                operand(1);
                out << " - ";
                operand(0);
                out << ", ";
                operand(2);
                out << R"() AS "rows"("c1"))";
                break;
            case core::RowsFunction::json_elements:
                out << R"("c1", "c2" FROM jsonb_array_elements()";
                document_of(out, *rows.operands[0], "'array'");
                out << R"() WITH ORDINALITY AS "rows"("c1", "c2"))";
                break;
            case core::RowsFunction::json_members:
                out << R"("c1", "c2" FROM jsonb_each()";
                document_of(out, *rows.operands[0], "'object'");
                out << R"() AS "rows"("c1", "c2"))";
                break;
            case core::RowsFunction::elements: {
                const core::TypeInfo& element = *rows.operands[0]->type.element;
                out << R"("c1", "c2" FROM unnest()";
                value(out, rows.operands[0]->parameter);
                of_type(out, element.kind, element.enumeration);
                out << R"([]) WITH ORDINALITY AS "rows"("c1", "c2"))";
                break;
            }
        }
    }
    /// The other rows of a recursive query must have the very types of the first: not those of a varchar(20).
    void first_item(SqlWriter& out, const Node& node, bool) const override {
        const bool text = node.type.kind == TypeKind::text;
        out.expression(node, text ? precedence::primary : precedence::sum);
        if (text) of_type(out, node.type.kind, nullptr);
        if (node.type.kind == TypeKind::numeric) out << " + 0";  // a cast would keep a column's digits
    }

    [[nodiscard]] std::string_view text_of(Function function) const override { return function_text(function); }
    [[nodiscard]] std::size_t raw_text() const override { return 1; }

    /// A function would take a text or an enum's label that is bound as of an unknown type.
    void operand(SqlWriter& out, const Node& node, int precedence) const override {
        if (node.token.op == Op::parameter && written_type(node.type).empty()) {
            value(out, node.parameter);
            out << "::" << full_type(node.type);
        } else {
            out.expression(node, precedence);
        }
    }

    void function(SqlWriter& out, const Node& node) const override {
        const auto function = static_cast<Function>(node.token.flags);
        switch (function) {
            case Function::string_agg:
            case Function::array_agg:
            case Function::json_agg:
            case Function::json_object_agg:
                collect(out, node, function_text(function));
                break;
            case Function::round:
                QueryCompiler::function(out, node);
                if (node.type.kind == TypeKind::double_precision) out << "::double precision";
                break;
            default:
                QueryCompiler::function(out, node);
        }
    }

    /// An aggregate whose values, or whose order, matter one by one.
    void collect(SqlWriter& out, const Node& node, std::string_view name) const {
        const Node* const over = out.take_window();
        out << name << (node.operands[0]->token.number != 0 ? "(DISTINCT " : "(");
        bool ordered = false;
        for (std::size_t i = 1; i < node.operands.size(); ++i) {
            const Node& entry = *node.operands[i];
            const bool order = entry.token.op == Op::aggregate_order;
            if (i > 1) out << (order && !ordered ? " ORDER BY " : ", ");
            ordered = ordered || order;
            if (order) {
                aggregate_order(out, entry);
            } else {
                operand(out, entry, precedence::lowest);
            }
        }
        out << ")";
        out.end_call();
        out.window(over);
    }
    void aggregate_order(SqlWriter& out, const Node& node) const override {
        operand(out, *node.operands[0], precedence::lowest);
        order_flags(out, node.token.flags);
    }

    void in_rows(SqlWriter& out, const Node& node) const override {
        const Node& row = *node.operands[0];
        out.expression(row);
        out << ((node.token.flags & 1U) != 0 ? " NOT IN (SELECT " : " IN (SELECT ");
        for (std::size_t i = 0; i < row.operands.size(); ++i) {
            if (i > 0) out << ", ";
            out << R"(("strata_list"."value" ->> )" << static_cast<int>(i) << ")::" << full_type(row.operands[i]->type);
        }
        out << " FROM jsonb_array_elements(";
        out.expression(*node.operands[1]);
        out << R"() AS "strata_list"("value")))";
    }

    void like(SqlWriter& out, const Node& node) const override {
        out.expression(*node.operands[0], precedence::other);
        out << (node.token.op == Op::like ? " LIKE " : " ILIKE ");
        out.expression(*node.operands[1], precedence::other);
    }

    /// The parameter of a list, whose integers may be of any size whatever the operand's.
    void list(SqlWriter& out, const Node& node) const {
        value(out, node.parameter);
        const std::string_view type = type_name(node.type.element->kind);
        if (!type.empty()) out << "::" << type << "[]";
    }

    /// = ANY compares a row with one element after the other once the plan is generic, and NOT IN does so when the list
    /// exceeds work_mem; a join with unnest() is a hash join, or drives an index.
    void in_array(SqlWriter& out, const Node& node) const override {
        const bool negated = (node.token.flags & 1U) != 0;
        const Node& operand = *node.operands[0];
        const auto compare = [&](std::string_view with, std::string_view end) {
            out.expression(operand, precedence::other);
            out << with;
            list(out, *node.operands[1]);
            out << end;
        };
        if ((node.token.flags & core::in_array_many) == 0) {
            compare(negated ? " <> ALL(" : " = ANY(", ")");
            return;
        }
        out << "(";
        const TypeKind kind = node.operands[1]->type.element->kind;
        if (type_name(kind).empty()) {
            // unnest() cannot infer its argument's type from the neighbouring operand; a comparison that is never
            // evaluated can.
            out << "(TRUE OR ";
            compare(" = ANY(", ")) AND ");
        }
        if (negated) {
            out << "(";  // NULL for NULL, as NOT IN
            out.expression(operand, precedence::other);
            out << " IS NOT NULL OR NULL) AND NOT EXISTS (SELECT 1 FROM unnest(";
            list(out, *node.operands[1]);
            out << R"() AS "strata_list"("value") WHERE "strata_list"."value" = )";
            out.expression(operand, precedence::other);
            out << "))";
        } else {
            compare(" IN (SELECT unnest(", ")))");
        }
    }

    void aggregate(SqlWriter& out, const Node& node) const override {
        const Node* const over = out.take_window();
        out << traits_of(node.token.op).spelling
            << ((node.token.flags & core::aggregate_distinct) != 0 ? "(DISTINCT " : "(");
        out.expression(*node.operands[0]);
        out << ")";
        out.end_call();
        out.window(over);
        if (node.token.op == Op::sum) out << (node.type.kind == TypeKind::numeric ? "::numeric" : "::double precision");
        if (node.token.op == Op::average) out << "::double precision";
    }

    /// A choice between bound values only would be text.
    void when(SqlWriter& out, const Node& node) const override {
        bool bound = node.type.enumeration != nullptr || node.type.kind == TypeKind::array;
        for (std::size_t i = 0; i < node.operands.size(); ++i) {
            const bool condition = i % 2 == 0 && i + 1 < node.operands.size();
            const Op op = node.operands[i]->token.op;
            bound = bound && (condition || op == Op::parameter || op == Op::null);
        }
        if (!bound) {
            out.when(node);
            return;
        }
        out << "CAST(";
        out.when(node);
        out << " AS " << full_type(node.type) << ")";
    }

    /// The type that a parameter is written with; empty where the neighbouring operand says it.
    static std::string_view written_type(const ResultType& type) {
        if (type.kind != TypeKind::array) return type_name(type.kind);
        const TypeKind element = type.element->kind;
        if (element == TypeKind::real) return "real";
        return type_name(element).empty() ? "" : cast_name(element);
    }
    [[nodiscard]] std::string full_type(const ResultType& type) const {
        const bool array = type.kind == TypeKind::array;
        const core::EnumInfo* const labels =
            array && type.element != nullptr ? type.element->enumeration : type.enumeration;
        std::string element;
        if (labels != nullptr) {
            element = dialect.quoted(core::QualifiedName{labels->schema, labels->name()});
        } else {
            element = array && !written_type(type).empty() ? written_type(type)
                                                           : cast_name(array ? type.element->kind : type.kind);
        }
        return array ? element + "[]" : element;
    }

    void divide(SqlWriter& out, const Node& node) const override {
        out.expression(*node.operands[0], precedence::product);
        out << (node.token.op == Op::divide ? " / nullif(" : " % nullif(");
        out.expression(*node.operands[1]);
        out << ", 0)";
    }

    void cast(SqlWriter& out, const Node& node) const override {
        out << "CAST(";
        out.expression(*node.operands[0]);
        out << " AS " << cast_name(node.type.kind) << ")";
    }

    void extract(SqlWriter& out, const Node& node) const override {
        const auto field = static_cast<core::Field>(node.token.number);
        out << "CAST(floor(extract(" << field_name(field) << " FROM ";
        const Node& operand = *node.operands[0];
        out.expression(operand, precedence::primary);
        if (node.token.flags == core::extract_instant) out << " AT TIME ZONE 'UTC'";
        out << ")) AS bigint)";
    }

    void substring(SqlWriter& out, const Node& node) const override {
        out << "substr(";
        out.expression(*node.operands[0]);
        for (std::size_t i = 1; i < node.operands.size(); ++i) {
            out << ", ";
            value(out, node.operands[i]->parameter);
            out << "::integer";
        }
        out << ")";
    }

    void result(SqlWriter& out, const Node& written, const Node& value) const override {
        constexpr DigitWords words{"greatest", "scale($", "::numeric)", "$", "::integer"};
        const bool varies = value.type.kind == TypeKind::numeric && value.type.varies;
        const std::optional<std::string> digits = varies ? digits_of(value, words) : std::nullopt;
        if (digits) out << "round(";
        out.expression(written);
        if (digits) out << ", " << *digits << ")";
    }
    void order(SqlWriter& out, const Query& query, const Node& entry) const override {
        const Node& operand = *entry.operands[0];
        const auto* const select = std::get_if<Select>(&query.body);
        const bool is_item = select != nullptr && select->distinct && operand.token.op != Op::result_column;
        if (is_item && out.gives(query)) {
            result(out, operand, operand);  // distinct rows are ordered by what is selected
        } else {
            out.expression(operand);
        }
        order_flags(out, entry.token.flags);
    }
    static void order_flags(SqlWriter& out, unsigned flags) {
        if ((flags & 1U) != 0) out << " DESC";
        if ((flags & 2U) != 0) out << " NULLS FIRST";
        if ((flags & 4U) != 0) out << " NULLS LAST";
    }

    void row_count(SqlWriter& out, const Node& node) const override {
        value(out, node.parameter);
        out << "::integer";
    }
    [[nodiscard]] std::string_view binary_collation() const override { return "C"; }

    void grouping_form(SqlWriter& out, const Node& node) const override {
        constexpr std::string_view words[] = {"ROLLUP (", "CUBE (", "GROUPING SETS (", "("};
        out << words[node.token.flags];
        out.list(node.operands);
        out << ")";
    }
    void grouping(SqlWriter& out, const Node& node) const override {
        out << "GROUPING(";
        out.list(node.operands);
        out << ")::bigint";
    }
    void distinct_on(SqlWriter& out, std::span<Node* const> expressions) const override {
        out << "DISTINCT ON (";
        out.list(expressions);
        out << ") ";
    }
    void lateral(SqlWriter& out) const override { out << "LATERAL "; }
    void written_rows(SqlWriter&) const override {}
    /// An update on conflict locks the row that exists, and the version that it makes keeps the lock's transaction in
    /// xmax; nobody has locked a row that was just inserted.
    [[nodiscard]] std::string_view inserted() const override { return "xmax = 0"; }
    void lock(SqlWriter& out, std::span<const Lock> locks) const override {
        for (const Lock& lock : locks) {
            out << ((lock.bits & core::lock_share) != 0 ? " FOR SHARE" : " FOR UPDATE");
            if (lock.source != nullptr) {
                out << " OF ";
                out.reference(*lock.source);
            }
            if ((lock.bits & core::lock_nowait) != 0) out << " NOWAIT";
            if ((lock.bits & core::lock_skip) != 0) out << " SKIP LOCKED";
        }
    }
    [[nodiscard]] std::string explained(const std::string& sql, const ExplainOptions& options) const override {
        return (options.analyze ? "EXPLAIN (ANALYZE) " : "EXPLAIN ") + sql;
    }
    [[nodiscard]] std::string plan_of(core::Cursor& cursor) const override {
        std::string plan;
        while (cursor.next()) plan.append(cursor.row().text(0)).append("\n");
        return plan;
    }

    [[nodiscard]] std::string_view least() const override { return "least"; }
    [[nodiscard]] std::string_view no_limit() const override { return ""; }
    [[nodiscard]] std::string_view truncate() const override { return "TRUNCATE TABLE "; }
    [[nodiscard]] std::string_view restarts_keys() const override { return " RESTART IDENTITY"; }
    [[nodiscard]] std::string_view overriding() const override { return " OVERRIDING SYSTEM VALUE"; }
};

}  // namespace

const QueryCompiler& compiler() {
    static const Compiler instance;
    return instance;
}

}  // namespace strata::dal::detail::postgresql
