#include "json_rows.hpp"

namespace strata::dal::detail::sqlite {

using core::RowsFunction;

bool is_json(const FunctionRows& rows) {
    return rows.function == RowsFunction::json_elements || rows.function == RowsFunction::json_members;
}

void json_rows(SqlWriter& out, const FunctionRows& rows) {
    out << "json_each(CASE WHEN json_type(";
    out.expression(*rows.operands[0]);
    out << ") = " << (rows.function == RowsFunction::json_elements ? "'array'" : "'object'") << " THEN ";
    out.expression(*rows.operands[0]);
    out << " END)";
}

void json_column(SqlWriter& out, const core::SourceInfo& source, const FunctionRows& rows, std::size_t index) {
    const auto column = [&](std::string_view name) {
        out.reference(source);
        out << "." << name;
    };
    if (rows.function == RowsFunction::json_elements && index == 1) {
        out << "(";
        column("key");
        out << " + 1)";
        return;
    }
    if (rows.function == RowsFunction::json_members && index == 0) {
        column("key");
        return;
    }
    out << "CASE WHEN ";
    column("type");
    out << " IN ('object', 'array') THEN ";
    column("value");
    out << " WHEN ";
    column("type");
    out << " IN ('null', 'true', 'false') THEN ";
    column("type");
    out << " WHEN ";
    column("type");
    out << " IS NOT NULL THEN json_quote(";
    column("value");
    out << ") END";
}

void json_query(SqlWriter& out, const FunctionRows& rows) {
    static constexpr core::SourceInfo each{core::SourceKind::lateral, nullptr, "rows"};
    out << "SELECT ";
    json_column(out, each, rows, 0);
    out << R"( AS "c1", )";
    json_column(out, each, rows, 1);
    out << R"( AS "c2" FROM )";
    json_rows(out, rows);
    out << R"( AS "rows")";
}

}  // namespace strata::dal::detail::sqlite
