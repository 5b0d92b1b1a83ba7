#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>

namespace strata::dal::detail {

using core::Op;
using core::internal::contains;

void SqlWriter::column(const core::SourceInfo& source, int index) {
    reference(source);
    *this << ".";
    quote(source.table->column(index).name);
}

void SqlWriter::columns(const core::SourceInfo& source) {
    for (int i = 0; i < source.table->column_count; ++i) {
        if (i > 0) *this << ", ";
        column(source, i);
    }
}

/// A table in a named schema gets an alias, since another table of its name may be beside it.
void SqlWriter::reference(const core::SourceInfo& source) {
    if (source.name != nullptr) {
        quote(source.name);
        return;
    }
    const core::TableInfo& table = *source.table;
    quote(*table.schema == '\0' ? std::string(table.name) : std::string(table.schema) + "." + table.name);
}

void SqlWriter::table(const core::SourceInfo& source) {
    const bool in_schema = *source.table->schema != '\0';
    if (in_schema) {
        quote(source.table->schema);
        *this << ".";
    }
    quote(source.table->name);
    if (!in_schema && source.name == nullptr) return;
    *this << " AS ";
    reference(source);
}

void SqlWriter::source(const Source& source) {
    if (source.body == nullptr) {
        table(*source.info);
        return;
    }
    *this << "(";
    query(*source.body);
    *this << ") AS ";
    reference(*source.info);
}

void SqlWriter::conditions(std::string_view word, std::span<Node* const> conditions) {
    if (conditions.empty()) return;
    *this << " " << word << " ";
    if (conditions.size() == 1) {
        expression(*conditions.front());
    } else {
        chain(conditions, "AND", precedence::logical_and);
    }
}

void SqlWriter::query(const Query& query) {
    std::visit([&](const Select& body) { select(body); }, query.body);
    tail(query);
}

void SqlWriter::select(const Select& select) {
    *this << (select.distinct ? "SELECT DISTINCT " : "SELECT ");
    for (std::size_t i = 0; i < select.items.size(); ++i) {
        if (i > 0) *this << ", ";
        const Node& item = *select.items[i];
        if (item.token.op == Op::select_row) {
            columns(*item.source);
        } else {
            expression(item);
        }
    }
    if (select.from) {
        *this << " FROM ";
        source(*select.from);
    }
    for (const Join& join : select.joins) {
        switch (join.kind) {
            case core::JoinKind::inner:
                *this << " JOIN ";
                break;
            case core::JoinKind::left:
                *this << " LEFT JOIN ";
                break;
            case core::JoinKind::cross:
                *this << " CROSS JOIN ";
                break;
        }
        source(join.source);
        if (join.condition == nullptr) continue;
        *this << " ON ";
        expression(*join.condition);
    }
    conditions("WHERE", select.where);
    for (std::size_t i = 0; i < select.group_by.size(); ++i) {
        *this << (i == 0 ? " GROUP BY " : ", ");
        expression(*select.group_by[i]);
    }
    conditions("HAVING", select.having);
}

/// Writes ORDER BY, LIMIT and OFFSET.
void SqlWriter::tail(const Query& query) {
    for (std::size_t i = 0; i < query.order_by.size(); ++i) {
        *this << (i == 0 ? " ORDER BY " : ", ");
        compiler_.order(*this, query, *query.order_by[i]);
    }
    const std::size_t limits = query.limits.size() + (query.limit != 0 ? 1 : 0);
    if (limits > 0) {
        *this << " LIMIT ";
        if (limits > 1) *this << compiler_.least() << "(";
        list(query.limits);
        if (query.limit != 0) {
            if (limits > 1) *this << ", ";
            *this << static_cast<int>(query.limit);
        }
        if (limits > 1) *this << ")";
    }
    for (std::size_t i = 0; i < query.offsets.size(); ++i) {
        if (i == 0) *this << (limits == 0 ? compiler_.no_limit() : "") << " OFFSET ";
        if (i > 0) *this << " + ";
        expression(*query.offsets[i]);
    }
}

void SqlWriter::made_by_database(const RowPlan& plan, int index) {
    if (index == plan.facts.version_column) {
        column(plan.source, index);
        *this << " + 1";
        return;
    }
    const core::ServerDefault& value = *plan.facts.columns[static_cast<std::size_t>(index)].set_on_update;
    if (value.per_dialect.empty()) {
        server_default(value);
    } else {
        server_default(compiler_.dialect.own_default(
            value, std::string("column ") + plan.table.name + "." + plan.table.column(index).name));
    }
}

void SqlWriter::assigned(const RowPlan& plan, const Assignment& assignment) {
    if (assignment.value == nullptr) {
        made_by_database(plan, assignment.column);
    } else if (assignment.value->token.op == Op::parameter) {
        compiler_.value(*this, assignment.value->parameter);
    } else {
        compiler_.assigned(*this, plan.facts.columns[static_cast<std::size_t>(assignment.column)],
                           *plan.table.column(assignment.column).type, *assignment.value);
    }
}

void SqlWriter::returning(const RowPlan& plan, std::span<const int> columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        *this << (i == 0 ? " RETURNING " : ", ");
        column(plan.source, columns[i]);
    }
}

void SqlWriter::statement(const Insert& insert) {
    const RowPlan& plan = *insert.plan;
    *this << "INSERT INTO ";
    table(plan.source);
    if (insert.assignments.empty()) {
        *this << " DEFAULT VALUES";
    } else {
        bool names_key = false;
        for (std::size_t i = 0; i < insert.assignments.size(); ++i) {
            *this << (i == 0 ? " (" : ", ");
            const int column = insert.assignments[i].column;
            quote(plan.table.column(column).name);
            names_key = names_key || column == plan.generated_key;
        }
        *this << ")";
        if (names_key) *this << compiler_.overriding();
        for (std::size_t i = 0; i < insert.assignments.size(); ++i) {
            *this << (i == 0 ? " VALUES (" : ", ");
            assigned(plan, insert.assignments[i]);
        }
        *this << ")";
    }
    returning(plan, insert.returning);
}

void SqlWriter::statement(const Update& update) {
    const RowPlan& plan = *update.plan;
    *this << "UPDATE ";
    table(plan.source);
    for (std::size_t i = 0; i < update.assignments.size(); ++i) {
        *this << (i == 0 ? " SET " : ", ");
        quote(plan.table.column(update.assignments[i].column).name);
        *this << " = ";
        assigned(plan, update.assignments[i]);
    }
    conditions("WHERE", update.where);
    returning(plan, update.returning);
}

void SqlWriter::statement(const Delete& removal) {
    *this << "DELETE FROM ";
    table(removal.plan->source);
    conditions("WHERE", removal.where);
}

}  // namespace strata::dal::detail
