#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

namespace strata::dal::detail {

using core::Op;
using core::internal::contains;

namespace {

/// A parameter for a column's value, as it would be in a comparison with the column.
Node parameter_for(const core::TableInfo& table, int column, int number) {
    const core::TypeInfo& type = *table.column(column).type;
    const void* const object =
        type.kind == core::TypeKind::array ? static_cast<const void*>(type.element) : type.enumeration;
    return {{Op::parameter, 0, static_cast<std::uint32_t>(type.kind), object}, number, {}, nullptr};
}

}  // namespace

void SqlWriter::columns(const TableRef& table) {
    for (int i = 0; i < table.table->column_count; ++i) {
        if (i > 0) *this << ", ";
        column(table, i);
    }
}

void SqlWriter::source(const core::TableInfo& table) {
    if (*table.schema == '\0') {
        quote(table.name);
        return;
    }
    quote(table.schema);
    *this << ".";
    quote(table.name);
    *this << " AS ";
    reference(table);
}

/// A table in a named schema gets an alias, since another table of its name may stand beside it.
void SqlWriter::reference(const core::TableInfo& table) {
    quote(*table.schema == '\0' ? std::string(table.name) : std::string(table.schema) + "." + table.name);
}

void SqlWriter::table(const TableRef& table) {
    if (table.alias == nullptr) {
        source(*table.table);
        return;
    }
    if (*table.table->schema != '\0') {
        quote(table.table->schema);
        *this << ".";
    }
    quote(table.table->name);
    *this << " AS ";
    quote(table.alias);
}

void SqlWriter::conditions(std::string_view word, const std::vector<Node*>& conditions) {
    if (conditions.empty()) return;
    *this << " " << word << " ";
    if (conditions.size() == 1) {
        expression(*conditions.front());
    } else {
        chain(conditions, "AND", precedence::logical_and);
    }
}

/// Writes ORDER BY, LIMIT and OFFSET. `limit` is a further limit; 0 is none.
void SqlWriter::tail(const Select& select, bool ordered, std::uint32_t limit) {
    if (ordered) {
        for (std::size_t i = 0; i < select.order_by.size(); ++i) {
            *this << (i == 0 ? " ORDER BY " : ", ");
            compiler_.order(*this, select, *select.order_by[i]);
        }
    }
    const std::size_t limits = select.limits.size() + (limit != 0 ? 1 : 0);
    if (limits > 0) {
        *this << " LIMIT ";
        if (limits > 1) *this << compiler_.least() << "(";
        for (std::size_t i = 0; i < select.limits.size(); ++i) {
            if (i > 0) *this << ", ";
            expression(*select.limits[i]);
        }
        if (limit != 0) {
            if (limits > 1) *this << ", ";
            *this << static_cast<int>(limit);
        }
        if (limits > 1) *this << ")";
    }
    for (std::size_t i = 0; i < select.offsets.size(); ++i) {
        if (i == 0) *this << (limits == 0 ? compiler_.no_limit() : "") << " OFFSET ";
        if (i > 0) *this << " + ";
        expression(*select.offsets[i]);
    }
}

void SqlWriter::select(const Select& select, std::uint32_t limit) {
    *this << (select.distinct ? "SELECT DISTINCT " : "SELECT ");
    for (std::size_t i = 0; i < select.items.size(); ++i) {
        if (i > 0) *this << ", ";
        const Node& item = *select.items[i];
        if (item.token.op == Op::select_row || item.token.op == Op::select_alias_row) {
            columns(table_of(item.token));
        } else {
            expression(item);
        }
    }
    if (select.from) {
        *this << " FROM ";
        table(*select.from);
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
        table(join.table);
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
    tail(select, true, limit);
}

void SqlWriter::rows_of(const TableRef& source, const Select& select, std::uint32_t limit) {
    *this << "SELECT ";
    columns(source);
    *this << " FROM ";
    table(source);
    conditions("WHERE", select.where);
    tail(select, true, limit);
}

void SqlWriter::count_of(const TableRef& source, const Select& select) {
    const bool limited = !select.limits.empty() || !select.offsets.empty();
    *this << "SELECT count(*) FROM ";
    if (limited) *this << "(SELECT 1 FROM ";
    table(source);
    conditions("WHERE", select.where);
    if (!limited) return;
    tail(select, false, 0);
    *this << ") AS \"rows\"";
}

void SqlWriter::exists_in(const TableRef& source, const Select& select) {
    *this << "SELECT 1 FROM ";
    table(source);
    conditions("WHERE", select.where);
    tail(select, false, 1);
}

void SqlWriter::set_by_database(const RowPlan& plan, const std::vector<int>& columns, bool first) {
    for (const int index : columns) {
        if (!first) *this << ", ";
        first = false;
        quote(plan.table.column(index).name);
        *this << " = ";
        if (index == plan.facts.version_column) {
            column({&plan.table, nullptr}, index);
            *this << " + 1";
        } else {
            const auto& value = *plan.facts.columns[static_cast<std::size_t>(index)].set_on_update;
            if (value.per_dialect.empty())
                server_default(value);
            else
                server_default(compiler_.dialect.own_default(
                    value, std::string("column ") + plan.table.name + "." + plan.table.column(index).name));
        }
    }
}

void SqlWriter::assigned(const core::TableInfo& target, const Node& assignment) {
    const auto index = static_cast<int>(assignment.token.number);
    const Node& value = *assignment.operands[0];
    if (value.token.op == Op::parameter) {
        compiler_.value(*this, value.parameter);
    } else {
        compiler_.assigned(*this, target.facts().columns[static_cast<std::size_t>(index)], *target.column(index).type,
                           value);
    }
}

void SqlWriter::update(const core::TableInfo& target, const Select& select) {
    *this << "UPDATE ";
    source(target);
    *this << " SET ";
    std::vector<int> named;
    for (const Node* assignment : select.assignments) {
        const int index = static_cast<int>(assignment->token.number);
        if (contains(named, index)) {
            throw UsageError("an update assigns " + std::string(target.name) + "." + target.column(index).name +
                             " twice");
        }
        if (!named.empty()) *this << ", ";
        named.push_back(index);
        quote(target.column(index).name);
        *this << " = ";
        assigned(target, *assignment);
    }
    const RowPlan& plan = make_plan(target);
    std::vector<int> rest;
    for (const int index : plan.set_by_database) {
        if (!contains(named, index)) rest.push_back(index);
    }
    set_by_database(plan, rest, named.empty());
    conditions("WHERE", select.where);
}

void SqlWriter::remove(const core::TableInfo& target, const Select& select) {
    *this << "DELETE FROM ";
    source(target);
    conditions("WHERE", select.where);
}

void SqlWriter::names(const core::TableInfo& table, std::span<const int> columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0) *this << ", ";
        quote(table.column(columns[i]).name);
    }
}

void SqlWriter::returning(const core::TableInfo& table, std::span<const int> columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        *this << (i == 0 ? " RETURNING " : ", ");
        column({&table, nullptr}, columns[i]);
    }
}

void SqlWriter::insert_values(const core::TableInfo& target, const Select& select) {
    *this << "INSERT INTO ";
    source(target);
    if (select.assignments.empty()) {
        *this << " DEFAULT VALUES";
    } else {
        std::vector<int> named;
        for (const Node* assignment : select.assignments) {
            const int index = static_cast<int>(assignment->token.number);
            if (contains(named, index)) {
                throw UsageError("an insert assigns " + std::string(target.name) + "." + target.column(index).name +
                                 " twice");
            }
            named.push_back(index);
        }
        *this << " (";
        names(target, named);
        *this << ")";
        const RowPlan& plan = make_plan(target);
        if (contains(named, plan.generated_key)) *this << compiler_.overriding();
        *this << " VALUES (";
        for (std::size_t i = 0; i < select.assignments.size(); ++i) {
            if (i > 0) *this << ", ";
            assigned(target, *select.assignments[i]);
        }
        *this << ")";
    }
    *this << " RETURNING ";
    columns({&target, nullptr});
}

void SqlWriter::insert_row(const RowPlan& plan, bool keep_keys) {
    const std::vector<int>& written = keep_keys ? plan.inserted_kept : plan.inserted;
    *this << "INSERT INTO ";
    source(plan.table);
    if (written.empty()) {
        *this << " DEFAULT VALUES";
    } else {
        *this << " (";
        names(plan.table, written);
        *this << ")";
        if (contains(written, plan.generated_key)) *this << compiler_.overriding();
        *this << " VALUES (";
        for (std::size_t i = 0; i < written.size(); ++i) {
            if (i > 0) *this << ", ";
            compiler_.value(*this, static_cast<int>(i + 1));
        }
        *this << ")";
    }
    if (!keep_keys && plan.returns_only_key() && compiler_.keeps_last_key()) return;
    returning(plan.table, keep_keys ? plan.returned_kept : plan.returned);
}

void SqlWriter::matching(const RowPlan& plan, std::span<const int> columns, int number) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        *this << (i == 0 ? " WHERE " : " AND ");
        column({&plan.table, nullptr}, columns[i]);
        *this << " = ";
        const Node value = parameter_for(plan.table, columns[i], number + static_cast<int>(i));
        compiler_.parameter(*this, value);
    }
}

void SqlWriter::update_row(const RowPlan& plan) {
    *this << "UPDATE ";
    source(plan.table);
    *this << " SET ";
    int number = 0;
    for (const int index : plan.updated) {
        if (number > 0) *this << ", ";
        quote(plan.table.column(index).name);
        *this << " = ";
        compiler_.value(*this, ++number);
    }
    set_by_database(plan, plan.set_by_database, number == 0);
    matching(plan, plan.matched, number + 1);
    returning(plan.table, plan.returned_updated);
}

void SqlWriter::remove_row(const RowPlan& plan) {
    *this << "DELETE FROM ";
    source(plan.table);
    matching(plan, plan.matched, 1);
}

void SqlWriter::get_row(const RowPlan& plan) {
    *this << "SELECT ";
    columns({&plan.table, nullptr});
    *this << " FROM ";
    source(plan.table);
    matching(plan, plan.facts.primary_key, 1);
}

}  // namespace strata::dal::detail
