#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/window.hpp>

#include <algorithm>
#include <utility>

namespace strata::dal::detail {

namespace {

/// SQLite's parser refuses expressions deeper than 1000, and to it a flat chain is as deep as it is long.
constexpr std::size_t longest_chain = 100;

}  // namespace

void SqlWriter::expression(const Node& node, int least) {
    const OpTraits& traits = traits_of(node.token.op);
    if (traits.write == nullptr) throw UsageError("a query holds a token that is not an expression");
    const bool enclosed = traits.precedence < least;
    if (enclosed) *this << "(";
    traits.write(*this, node);
    if (enclosed) *this << ")";
}

void SqlWriter::list(std::span<Node* const> expressions) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
        if (i > 0) *this << ", ";
        expression(*expressions[i]);
    }
}

void SqlWriter::chain(std::span<Node* const> operands, std::string_view op, int precedence) {
    if (operands.size() > longest_chain) {
        const std::size_t half = operands.size() / 2;
        *this << "(";
        chain(operands.first(half), op, precedence);
        *this << ") " << op << " (";
        chain(operands.subspan(half), op, precedence);
        *this << ")";
        return;
    }
    for (std::size_t i = 0; i < operands.size(); ++i) {
        if (i > 0) *this << " " << op << " ";
        expression(*operands[i], precedence + 1);
    }
}

void SqlWriter::source_column(const Node& node) {
    if (node.source->kind == core::SourceKind::lateral) {
        const Query* const query = rows_of(*node.source, node.scope);
        const auto* const rows = query == nullptr ? nullptr : std::get_if<FunctionRows>(&query->body);
        if (rows != nullptr && compiler_.column_beside(*this, *node.source, *rows, node.token.number)) return;
    }
    column(*node.source, node.token.number);
}

void SqlWriter::word(const Node& node) { *this << traits_of(node.token.op).spelling; }

void SqlWriter::constant(const Node& node) { *this << int{node.token.number}; }

void SqlWriter::result_column(const Node& node) {
    if (by_name_) {
        position(node.token.number);
    } else {
        *this << int{node.token.number} + 1;
    }
}

void SqlWriter::prefix(const Node& node) {
    *this << traits_of(node.token.op).spelling << " ";
    expression(*node.operands[0], precedence::primary);
}

void SqlWriter::suffix(const Node& node) {
    expression(*node.operands[0], precedence::other);
    *this << " " << traits_of(node.token.op).spelling;
}

void SqlWriter::infix(const Node& node) {
    const OpTraits& traits = traits_of(node.token.op);
    expression(*node.operands[0], traits.precedence);
    *this << " " << traits.spelling << " ";
    expression(*node.operands[1], traits.precedence + 1);
}

void SqlWriter::call(const Node& node) {
    const Node* const over = take_window();
    *this << traits_of(node.token.op).spelling << "(";
    list(node.operands);
    *this << ")";
    window(over);
}

void SqlWriter::chained(const Node& node) {
    const OpTraits& traits = traits_of(node.token.op);
    chain(node.operands, traits.spelling, traits.precedence);
}

void SqlWriter::negate(const Node& node) {
    *this << traits_of(node.token.op).spelling;
    compiler_.number(*this, *node.operands[0], precedence::primary);
}

void SqlWriter::arithmetic(const Node& node) {
    const OpTraits& traits = traits_of(node.token.op);
    // The right operand must bind more tightly, since a - (b - c) is not a - b - c.
    compiler_.number(*this, *node.operands[0], traits.precedence);
    *this << " " << traits.spelling << " ";
    compiler_.number(*this, *node.operands[1], traits.precedence + 1);
}

void SqlWriter::absolute(const Node& node) {
    *this << traits_of(node.token.op).spelling << "(";
    compiler_.number(*this, *node.operands[0], precedence::lowest);
    *this << ")";
}

void SqlWriter::table_value(const Node& node) {
    reference(*node.source);
    *this << ".";
    quote(node.source->table->name);
}

void SqlWriter::count(const Node& node) {
    const bool distinct = node.token.op == Op::count_distinct || (node.token.flags & core::aggregate_distinct) != 0;
    const Node* const over = take_window();
    *this << traits_of(node.token.op).spelling << (distinct ? "(DISTINCT " : "(");
    expression(*node.operands[0]);
    *this << ")";
    end_call();
    window(over);
}

void SqlWriter::count_all(const Node& node) {
    const Node* const over = take_window();
    word(node);
    end_call();
    window(over);
}

void SqlWriter::over(const Node& node) {
    const Node* function = node.operands[0];
    while (function->token.op == Op::filter) function = function->operands[0];
    const bool aggregate = traits_of(function->token.op).aggregate;  // a function's flags say which it is
    if (function->token.op == Op::count_distinct ||
        (aggregate && (function->token.flags & core::aggregate_distinct) != 0))
        throw UsageError("no database takes distinct values over a window");
    over_ = &node;
    expression(*node.operands[0]);
}

void SqlWriter::window_call(const Node& node) {
    using core::WindowFunction;
    constexpr std::string_view names[] = {"row_number", "rank", "dense_rank",  "percent_rank", "cume_dist", "ntile",
                                          "lag",        "lead", "first_value", "last_value",   "nth_value"};
    const Node* const over = take_window();
    const auto function = static_cast<WindowFunction>(node.token.flags);
    *this << names[node.token.flags] << "(";
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
        if (i > 0) *this << ", ";
        if (i == 1 || function == WindowFunction::ntile) {
            compiler_.row_count(*this, *node.operands[i]);
        } else if (node.type.kind == core::TypeKind::numeric) {
            compiler_.number(*this, *node.operands[i], precedence::lowest);
        } else {
            expression(*node.operands[i]);
        }
    }
    *this << ")";
    window(over);
}

void SqlWriter::window(const Node* over) {
    if (over == nullptr) return;
    const std::size_t call_end = call_end_;
    *this << " OVER (";
    std::string_view before_part = "PARTITION BY ";
    std::string_view before_order = "ORDER BY ";
    std::string_view space;
    for (std::size_t i = 1; i < over->operands.size(); ++i) {
        const Node& part = *over->operands[i];
        if (part.token.op == Op::window_partition) {
            *this << std::exchange(before_part, ", ");
            expression(*part.operands[0]);
        } else if (part.token.op == Op::window_order) {
            const std::string_view word = std::exchange(before_order, ", ");
            *this << (word == ", " ? "" : space) << word;
            compiler_.order(*this, *part.scope, part);
        } else {
            *this << space;
            frame(part);
        }
        space = " ";
    }
    *this << ")";
    call_end_ = call_end;
}

void SqlWriter::frame(const Node& frame) {
    constexpr std::string_view units[] = {"ROWS", "RANGE", "GROUPS"};
    constexpr std::string_view edges[] = {"UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING",
                                          "UNBOUNDED FOLLOWING"};
    constexpr std::string_view excluded[] = {"", " EXCLUDE CURRENT ROW", " EXCLUDE GROUP", " EXCLUDE TIES"};
    const FrameBits bits = FrameBits::unpack(frame.token.number);
    *this << units[static_cast<std::size_t>(bits.units)] << " BETWEEN ";
    const auto end = [&](FrameEdge edge, const Node& distance) {
        if (distance.token.op != Op::null) {
            expression(distance, precedence::primary);
            *this << " ";
        }
        *this << edges[static_cast<std::size_t>(edge)];
    };
    end(bits.from, *frame.operands[0]);
    *this << " AND ";
    end(bits.to, *frame.operands[1]);
    *this << excluded[static_cast<std::size_t>(bits.exclude)];
}

void SqlWriter::in_query(const Node& node) {
    const std::vector<bool>& converted = node.operands[1]->query->converted;
    if (!converted.empty() && converted.front()) {
        compiler_.number(*this, *node.operands[0], precedence::other);
    } else {
        expression(*node.operands[0], precedence::other);
    }
    *this << (node.token.flags != 0 ? " NOT IN " : " IN ");
    expression(*node.operands[1]);
}

void SqlWriter::in_list(const Node& node) {
    if (node.operands.size() == 1) {
        *this << (node.token.flags != 0 ? "1 = 1" : "1 = 0");
    } else {
        compiler_.in_list(*this, node);
    }
}

void SqlWriter::when(const Node& node) {
    *this << "CASE";
    const std::size_t count = node.operands.size();
    for (std::size_t i = 0; i + 1 < count; i += 2) {
        *this << " WHEN ";
        expression(*node.operands[i]);
        *this << " THEN ";
        expression(*node.operands[i + 1]);
    }
    if (count % 2 != 0) {
        *this << " ELSE ";
        expression(*node.operands[count - 1]);
    }
    *this << " END";
}

void SqlWriter::row(const Node& node) {
    *this << "(";
    list(node.operands);
    *this << ")";
}

/// The condition goes right after the aggregate's own call, which others may enclose.
void SqlWriter::filter(const Node& node) {
    const std::size_t outer_end = std::exchange(call_end_, 0);
    expression(*node.operands[0]);
    const std::size_t end = sql_.size();
    const std::size_t at = call_end_ == 0 ? end : call_end_;
    *this << " FILTER (WHERE ";
    expression(*node.operands[1]);
    *this << ")";
    const auto place = [&](std::size_t position) { return sql_.begin() + static_cast<std::ptrdiff_t>(position); };
    const std::size_t length = sql_.size() - end;
    std::rotate(place(at), place(end), sql_.end());
    call_end_ = std::max(outer_end, at + length);
}

void SqlWriter::subquery(const Node& node) {
    *this << "(";
    query(*node.query);
    *this << ")";
}

}  // namespace strata::dal::detail
