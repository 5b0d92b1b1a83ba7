#include "detail/query_compiler.hpp"

#include "detail/sql_writer.hpp"
#include "postgresql/query_compiler.hpp"
#include "sqlite/query_compiler.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

std::string QueryCompiler::compile(const Request& request) const {
    SqlWriter out(*this);
    QueryTree tree(request.fragment, values_before(request));
    const Statement statement = make_statement(request, tree, keeps_last_key());
    std::visit([&](const auto& what) { out.statement(what); }, statement);
    return std::move(out).finish();
}

void QueryCompiler::assigned(SqlWriter& out, const core::ColumnFacts&, const core::TypeInfo&, const Node& value) const {
    out.expression(value);
}

void QueryCompiler::compared(SqlWriter& out, const core::Value& /*bound*/, int number) const { value(out, number); }

void QueryCompiler::comparison(SqlWriter& out, const Node& node) const {
    out.expression(*node.operands[0], precedence::other);
    out << " " << comparison_operator(node.token.op) << " ";
    out.expression(*node.operands[1], precedence::other);
}

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether the operand between these texts needs no parentheses: it is an argument of a call.
bool is_argument(std::string_view before, std::string_view after) {
    return (before.ends_with('(') || before.ends_with(", ")) && (after.starts_with(',') || after.starts_with(')'));
}

}  // namespace

void QueryCompiler::function(SqlWriter& out, const Node& node) const {
    const std::string_view text = text_of(static_cast<Function>(node.token.flags));
    if (text.starts_with('!')) throw UsageError(std::string(text.substr(1)));
    const Node* const over = out.take_window();
    std::size_t copied = 0;
    for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', copied)) {
        const char what = at + 1 < text.size() ? text[at + 1] : ' ';
        if (what == 'T') {
            out << text.substr(copied, at - copied);
            out.literal(core::Value::text(node.texts.front()));
            copied = at + 2;
            continue;
        }
        if (!is_digit(what) && what != '*') {  // an operator
            out << text.substr(copied, at + 1 - copied);
            copied = at + 1;
            continue;
        }
        out << text.substr(copied, at - copied);
        copied = at + 2;
        if (what == '*') {
            for (std::size_t i = 0; i < node.operands.size(); ++i) {
                if (i > 0) out << ", ";
                operand(out, *node.operands[i], precedence::lowest);
            }
            continue;
        }
        const auto index = static_cast<std::size_t>(what - '0');
        const bool argument = is_argument(text.substr(0, at), text.substr(copied));
        operand(out, *node.operands[index], argument ? precedence::lowest : precedence::primary);
    }
    out << text.substr(copied);
    out.end_call();
    out.window(over);
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

void QueryCompiler::null(SqlWriter& out, const Node&) const { out << "NULL"; }

void QueryCompiler::first_item(SqlWriter& out, const Node& node, bool converted) const {
    converted ? number(out, node, precedence::lowest) : out.expression(node);
}

void QueryCompiler::row_after(SqlWriter& out, const Node& node) const {
    const std::size_t half = node.operands.size() / 2;
    const std::span<Node* const> operands(node.operands);
    out << "(";
    out.list(operands.first(half));
    out << (node.token.flags != 0 ? ") < (" : ") > (");
    out.list(operands.subspan(half));
    out << ")";
}

void QueryCompiler::collate(SqlWriter& out, const Node& node) const {
    out.expression(*node.operands[0], precedence::primary);
    out << " COLLATE ";
    out.quote(node.source->name == nullptr ? binary_collation() : std::string_view(node.source->name));
}

void QueryCompiler::when(SqlWriter& out, const Node& node) const { out.when(node); }

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
