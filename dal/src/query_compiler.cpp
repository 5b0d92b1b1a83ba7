#include "detail/query_compiler.hpp"

#include "detail/sql_writer.hpp"
#include "postgresql/query_compiler.hpp"
#include "sqlite/query_compiler.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

using core::Op;

std::string QueryCompiler::compile(const core::Token& verb, std::span<const core::Token> tokens) const {
    SqlWriter out(*this);
    const auto planned = [&]() -> const RowPlan& { return make_plan(*table_of(verb).table); };
    switch (verb.op) {
        case Op::insert_row:
            out.insert_row(planned(), verb.flags != 0);
            return std::move(out).finish();
        case Op::update_row:
            out.update_row(planned());
            return std::move(out).finish();
        case Op::remove_row:
            out.remove_row(planned());
            return std::move(out).finish();
        case Op::get_row:
            out.get_row(planned());
            return std::move(out).finish();
        default:
            break;
    }
    const QueryTree tree(tokens);
    const Select& select = tree.root();
    switch (verb.op) {
        case Op::limit:
            out.select(select, verb.number);
            break;
        case Op::rows_of:
        case Op::rows_of_alias:
            out.rows_of(table_of(verb), select, verb.number);
            break;
        case Op::count_of:
        case Op::count_of_alias:
            out.count_of(table_of(verb), select);
            break;
        case Op::exists_in:
        case Op::exists_in_alias:
            out.exists_in(table_of(verb), select);
            break;
        case Op::update:
            out.update(*table_of(verb).table, select);
            break;
        case Op::remove:
            out.remove(*table_of(verb).table, select);
            break;
        case Op::insert_values:
            out.insert_values(*table_of(verb).table, select);
            break;
        default:
            throw UsageError("a token list ends in no statement");
    }
    return std::move(out).finish();
}

void QueryCompiler::assigned(SqlWriter& out, const core::ColumnFacts&, const core::TypeInfo&, const Node& value) const {
    out.expression(value);
}

void QueryCompiler::comparison(SqlWriter& out, const Node& node) const {
    out.expression(*node.operands[0], precedence::other);
    switch (node.token.op) {
        case Op::equal:
            out << " = ";
            break;
        case Op::not_equal:
            out << " <> ";
            break;
        case Op::less:
            out << " < ";
            break;
        case Op::less_equal:
            out << " <= ";
            break;
        case Op::greater:
            out << " > ";
            break;
        default:
            out << " >= ";
            break;
    }
    out.expression(*node.operands[1], precedence::other);
}

void QueryCompiler::between(SqlWriter& out, const Node& node) const {
    out.expression(*node.operands[0], precedence::other);
    out << " BETWEEN ";
    out.expression(*node.operands[1], precedence::other);
    out << " AND ";
    out.expression(*node.operands[2], precedence::other);
}

void QueryCompiler::in_list(SqlWriter& out, const Node& node) const {
    number(out, *node.operands[0], precedence::other);
    out << (node.token.flags != 0 ? " NOT IN (" : " IN (");
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
        if (i > 1) out << ", ";
        number(out, *node.operands[i], precedence::lowest);
    }
    out << ")";
}

void QueryCompiler::substring(SqlWriter& out, const Node& node) const {
    out << "substr(";
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
        if (i > 0) out << ", ";
        out.expression(*node.operands[i]);
    }
    out << ")";
}

void QueryCompiler::number(SqlWriter& out, const Node& node, int precedence) const { out.expression(node, precedence); }

const QueryCompiler& compiler_for(const core::Dialect& dialect) {
    const QueryCompiler* const known[] = {&sqlite::compiler(), &postgresql::compiler()};
    for (const QueryCompiler* compiler : known) {
        if (&compiler->dialect == &dialect) return *compiler;
    }
    throw UsageError("the DAL does not know the dialect " + std::string(dialect.name()));
}

}  // namespace strata::dal::detail
