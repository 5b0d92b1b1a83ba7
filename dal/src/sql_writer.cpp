#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/dal/order.hpp>

#include <algorithm>
#include <utility>

namespace strata::dal::detail {

using core::Op;
using core::internal::contains;

void SqlWriter::column(const core::SourceInfo& source, int index) {
    reference(source);
    *this << ".";
    if (source.table == nullptr) {
        position(static_cast<std::size_t>(index));
    } else {
        quote(source.table->column(index).name);
    }
}

/// The name of a query's column.
void SqlWriter::position(std::size_t index) { quote(std::string(1, 'c').append(std::to_string(index + 1))); }

void SqlWriter::positions(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) *this << ", ";
        position(i);
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

void SqlWriter::quote_table(const core::TableInfo& table) {
    if (*table.schema != '\0') {
        quote(table.schema);
        *this << ".";
    }
    quote(table.name);
}

void SqlWriter::table(const core::SourceInfo& source) {
    if (source.table == nullptr) {  // a query that is defined before the statement
        if (source.of != nullptr) {
            reference(*source.of);
            *this << " AS ";
        }
        reference(source);
        return;
    }
    quote_table(*source.table);
    if (*source.table->schema == '\0' && source.name == nullptr) return;
    *this << " AS ";
    reference(source);
}

void SqlWriter::source(const Source& source) {
    if (source.body == nullptr) {
        if (!source.filters.empty()) *this << "(SELECT * FROM ";
        table(*source.info);
        conditions("WHERE", source.filters);
        if (source.filters.empty()) return;
        *this << ") AS ";
        reference(*source.info);
        return;
    }
    if (source.info->kind == core::SourceKind::lateral) {
        const auto* const rows = std::get_if<FunctionRows>(&source.body->body);
        if (rows != nullptr && compiler_.rows_beside(*this, *rows)) {
            *this << " AS ";
            reference(*source.info);
            return;
        }
        compiler_.lateral(*this);
    }
    *this << "(";
    query(*source.body, true);
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

namespace {

/// Whether decimals of two queries come with other digits than those that their column has.
bool has_unlike_digits(const Node* column) {
    return column->type.kind == core::TypeKind::numeric && (!column->type.stored || column->type.varies);
}

}  // namespace

void SqlWriter::query(const Query& query, bool named) {
    if (query.writing) {
        compiler_.written_rows(*this);
        std::visit([&](const auto& what) { statement(what); }, make_written(query));
        return;
    }
    if (&query != written_) with(query);
    if (query.keyset && query.keyset->before && !(query.limits.empty() && query.offsets.empty())) {
        backwards(query);
        return;
    }
    const bool digits = gives(query) && std::ranges::any_of(query.columns, has_unlike_digits);
    const bool around =
        digits || (std::holds_alternative<SetOperation>(query.body) && compiler_.orders_by_expression(query));
    if (around) *this << "SELECT ";
    if (digits) named_items(query);
    if (around) *this << (digits ? " FROM (" : "* FROM (");
    body(query, named || around);
    if (around) *this << R"() AS "rows")";
    const bool outer_names = std::exchange(by_name_, around);
    tail(query);
    by_name_ = outer_names;
}

namespace {

/// The query of a recursive one that is not recursive itself, and gives its columns their types.
const Query* first_rows(const Query& query) {
    const Query* first = &query;
    while (const auto* const both = std::get_if<SetOperation>(&first->body)) first = both->left;
    return first;
}

bool writes(const Query& query) {
    return std::ranges::any_of(query.with, [](const NamedQuery& named) { return named.body->writing.has_value(); });
}

}  // namespace

/// Writes the queries that are defined before the statement. Those that write are at its very start:
/// https://www.postgresql.org/docs/15/queries-with.html#QUERIES-WITH-MODIFYING
void SqlWriter::with(const Query& query) {
    if (writes(query) && !sql_.empty())
        throw UsageError(
            "a query that writes is given by with() to the query that is run, or whose rows are inserted: not to one "
            "inside of another, nor for count() and exists()");
    const bool recursive = std::ranges::any_of(query.with, &NamedQuery::recursive);
    for (std::size_t i = 0; i < query.with.size(); ++i) {
        const NamedQuery& named = query.with[i];
        *this << (i > 0 ? ", " : recursive ? "WITH RECURSIVE " : "WITH ");
        reference(*named.info);
        *this << "(";
        positions(width(*named.body));
        *this << ") AS ";
        if (named.materialize != core::Materialize::as_database_likes)
            *this << (named.materialize == core::Materialize::yes ? "MATERIALIZED " : "NOT MATERIALIZED ");
        *this << "(";
        const Query* const around = std::exchange(first_, named.recursive ? first_rows(*named.body) : nullptr);
        this->query(*named.body);
        first_ = around;
        *this << ")";
    }
    if (!query.with.empty()) *this << " ";
}

void SqlWriter::body(const Query& query, bool named) {
    if (const auto* const both = std::get_if<SetOperation>(&query.body)) {
        set_operation(*both, named);
    } else if (std::holds_alternative<Values>(query.body)) {
        values(query, named);
    } else if (const auto* const rows = std::get_if<FunctionRows>(&query.body)) {
        compiler_.function_rows(*this, *rows);
    } else {
        select(query, named);
    }
}

namespace {

/// Whether it is one SELECT or a chain of them, without an order or a limit of its own.
bool is_plain(const Query& query) {
    return query.with.empty() && query.order_by.empty() && query.limits.empty() && query.offsets.empty() &&
           query.locks.empty() && query.limit == 0;
}

std::string_view word_of(core::SetKind kind) {
    switch (kind) {
        case core::SetKind::unite:
            return " UNION ";
        case core::SetKind::intersect:
            return " INTERSECT ";
        case core::SetKind::except:
            return " EXCEPT ";
    }
    return "";
}

}  // namespace

/// Writes an operand so that both databases read it alike: PostgreSQL binds INTERSECT more tightly, SQLite takes no
/// parentheses. https://www.sqlite.org/lang_select.html#compound_select_statements
void SqlWriter::operand_of_set(const Query& operand, const SetOperation& both, bool named) {
    const auto* const inner = std::get_if<SetOperation>(&operand.body);
    const bool chained = inner != nullptr && &operand == both.left && inner->kind == both.kind &&
                         inner->all == both.all &&
                         (!both.all || both.kind == core::SetKind::unite || compiler_.counts_duplicates());
    if (is_plain(operand) && (inner == nullptr || chained)) {
        body(operand, named);
    } else {
        *this << "SELECT * FROM (";
        query(operand, named);
        *this << R"() AS "rows")";
    }
}

/// Writes rows, each with its number among those that are equal to it.
void SqlWriter::numbered_rows(const Query& query) {
    const std::size_t count = width(query);
    *this << "SELECT ";
    positions(count);
    *this << ", row_number() OVER (PARTITION BY ";
    positions(count);
    *this << ") FROM (";
    this->query(query, true);
    *this << R"() AS "rows")";
}

void SqlWriter::set_operation(const SetOperation& both, bool named) {
    if (both.all && both.kind != core::SetKind::unite && !compiler_.counts_duplicates()) {
        *this << "SELECT ";
        positions(width(*both.left));
        *this << " FROM (";
        numbered_rows(*both.left);
        *this << word_of(both.kind);
        numbered_rows(*both.right);
        *this << R"() AS "rows")";
        return;
    }
    operand_of_set(*both.left, both, named);
    *this << word_of(both.kind) << (both.all ? "ALL " : "");
    operand_of_set(*both.right, both, false);
}

/// SQLite has no names for the columns of VALUES; those of a first SELECT hold for all rows.
void SqlWriter::values(const Query& query, bool named) {
    const auto& rows = std::get<Values>(query.body).rows;
    const auto items = [&](const std::vector<Node*>& row, bool with_names) {
        for (std::size_t i = 0; i < row.size(); ++i) item(query, *row[i], i, with_names);
    };
    std::size_t row = 0;
    if (named) {
        *this << "SELECT ";
        items(rows.front(), true);
        if (rows.size() > 1) *this << " UNION ALL ";
        row = 1;
    }
    if (row == rows.size()) return;
    *this << "VALUES ";
    for (std::size_t first = row; row < rows.size(); ++row) {
        *this << (row > first ? ", (" : "(");
        items(rows[row], false);
        *this << ")";
    }
}

/// Writes one column; decimals that meet others in another form become numbers.
void SqlWriter::item(const Query& query, const Node& item, std::size_t index, bool named) {
    if (index > 0) *this << ", ";
    const bool converted = query.converted.size() > index && query.converted[index];
    if (&query == first_) {
        compiler_.first_item(*this, item, converted);
    } else if (converted) {
        compiler_.number(*this, item, precedence::lowest);
    } else if (&query == result_) {
        compiler_.result(*this, item, item);
    } else {
        expression(item);
    }
    if (named) {
        *this << " AS ";
        position(index);
    }
}

/// Writes a select list.
void SqlWriter::items(const Query& query, std::span<Node* const> items, bool named) {
    std::size_t index = 0;
    for (const Node* const node : items) {
        if (node->token.op != Op::select_row) {
            item(query, *node, index++, named);
            continue;
        }
        for (int i = 0; i < node->source->table->column_count; ++i) {
            Node column{.token = {.op = Op::column, .number = static_cast<std::uint16_t>(i)}, .source = node->source};
            column.type = column_type(*node->source, static_cast<std::size_t>(i));
            item(query, column, index++, named);
        }
    }
}

void SqlWriter::select(const Query& query, bool named) {
    const Select& select = std::get<Select>(query.body);
    *this << (select.distinct ? "SELECT DISTINCT " : "SELECT ");
    if (!select.distinct_on.empty()) compiler_.distinct_on(*this, select.distinct_on);
    items(query, select.items, named);
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
            case core::JoinKind::right:
                *this << " RIGHT JOIN ";
                break;
            case core::JoinKind::full:
                *this << " FULL JOIN ";
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
    limits(query, query.limit);
    if (!query.locks.empty()) compiler_.lock(*this, query.locks);
}

/// Writes the elements of a statement's rows by their names in the query.
void SqlWriter::named_items(const Query& query) {
    const bool outer_names = std::exchange(by_name_, true);
    for (std::size_t i = 0; i < width(query); ++i) {
        const Node column{.token = {.op = Op::result_column, .number = static_cast<std::uint16_t>(i)}};
        if (i > 0) *this << ", ";
        compiler_.result(*this, column, query.columns.empty() ? without_position(query, column) : *query.columns[i]);
    }
    by_name_ = outer_names;
}

/// Writes the last rows before others: the first ones in the other direction, turned round.
void SqlWriter::backwards(const Query& query) {
    *this << "SELECT ";
    if (&query == result_) {
        named_items(query);
        result_ = nullptr;
    } else {
        *this << "*";
    }
    *this << " FROM (";
    body(query, true);
    for (std::size_t i = 0; i < query.order_by.size(); ++i) {
        *this << (i == 0 ? " ORDER BY " : ", ");
        Node entry = *query.order_by[i];
        entry.token.flags = static_cast<std::uint8_t>(reversed_order(entry.token.flags));
        compiler_.order(*this, query, entry);
    }
    limits(query, 0);
    if (!query.locks.empty()) compiler_.lock(*this, query.locks);
    *this << R"() AS "rows")";
    const bool outer_names = std::exchange(by_name_, true);
    Query rows;
    rows.body = Values{};  // its columns have names only
    for (std::size_t i = 0; i < query.order_by.size(); ++i) {
        *this << (i == 0 ? " ORDER BY " : ", ");
        Node column = *query.order_by[i]->operands[0];
        column.token = {.op = Op::result_column,
                        .number = static_cast<std::uint16_t>(position_of(query, *query.order_by[i]->operands[0]))};
        column.operands.clear();
        Node entry = *query.order_by[i];
        entry.operands = {&column};
        compiler_.order(*this, rows, entry);
    }
    by_name_ = outer_names;
    limits(rows, query.limit);
}

void SqlWriter::limits(const Query& query, std::uint32_t limit) {
    const std::size_t limits = query.limits.size() + (limit != 0 ? 1 : 0);
    if (limits > 0) {
        *this << " LIMIT ";
        if (limits > 1) *this << compiler_.least() << "(";
        list(query.limits);
        if (limit != 0) {
            if (limits > 1) *this << ", ";
            *this << static_cast<int>(limit);
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

namespace {

/// Whether a value is the column itself, as in an update on conflict, which has the right form already.
bool is_same_column(const Node& value, const RowPlan& plan, int column) {
    return column_of(value) != nullptr && value.source->table->facts().number == plan.facts.number &&
           int{value.token.number} == column;
}

}  // namespace

void SqlWriter::assigned(const RowPlan& plan, const Assignment& assignment) {
    if (assignment.value == nullptr) {
        made_by_database(plan, assignment.column);
    } else if (assignment.value->token.op == Op::parameter) {
        compiler_.value(*this, assignment.value->parameter);
    } else if (is_same_column(*assignment.value, plan, assignment.column)) {
        expression(*assignment.value);
    } else {
        compiler_.assigned(*this, plan.facts.columns[static_cast<std::size_t>(assignment.column)],
                           *plan.table.column(assignment.column).type, *assignment.value);
    }
}

void SqlWriter::returning(const RowPlan& plan, std::span<const int> columns, std::span<Node* const> items) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        *this << (i == 0 ? " RETURNING " : ", ");
        column(plan.source, columns[i]);
    }
    if (items.empty()) return;
    *this << (columns.empty() ? " RETURNING " : ", ");
    const Query written{};
    result_ = &written;
    this->items(written, items, false);
    result_ = nullptr;
}

/// Writes `column = value, ...`.
void SqlWriter::set(const RowPlan& plan, std::span<const Assignment> assignments) {
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        *this << (i == 0 ? " SET " : ", ");
        quote(plan.table.column(assignments[i].column).name);
        *this << " = ";
        assigned(plan, assignments[i]);
    }
}

/// https://www.postgresql.org/docs/15/sql-insert.html#SQL-ON-CONFLICT, https://www.sqlite.org/lang_upsert.html
void SqlWriter::conflict(const RowPlan& plan, const Conflict& conflict) {
    *this << " ON CONFLICT";
    for (std::size_t i = 0; i < conflict.target.size(); ++i) {
        *this << (i == 0 ? " (" : ", ");
        quote(plan.table.column(conflict.target[i]).name);
    }
    if (!conflict.target.empty()) *this << ")";
    conditions("WHERE", conflict.index);
    if (conflict.assignments.empty()) {
        *this << " DO NOTHING";
        return;
    }
    *this << " DO UPDATE";
    set(plan, conflict.assignments);
    conditions("WHERE", conflict.where);
}

void SqlWriter::statement(const Insert& insert) {
    const RowPlan& plan = *insert.plan;
    if (insert.rows && insert.rows->body != nullptr && writes(*insert.rows->body)) {
        with(*insert.rows->body);
        written_ = insert.rows->body;
    }
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
        *this << (insert.rows ? " SELECT " : " VALUES (");
        for (std::size_t i = 0; i < insert.assignments.size(); ++i) {
            if (i > 0) *this << ", ";
            assigned(plan, insert.assignments[i]);
        }
        if (insert.rows) {
            *this << " FROM ";
            source(*insert.rows);
            // Without it SQLite takes ON CONFLICT for a join: https://www.sqlite.org/lang_upsert.html#parsing_ambiguity
            *this << " WHERE TRUE";
        } else {
            *this << ")";
        }
    }
    if (insert.conflict) conflict(plan, *insert.conflict);
    returning(plan, insert.returning, insert.items);
}

void SqlWriter::statement(const Update& update) {
    const RowPlan& plan = *update.plan;
    *this << "UPDATE ";
    table(plan.source);
    set(plan, update.assignments);
    for (std::size_t i = 0; i < update.others.size(); ++i) {
        *this << (i == 0 ? " FROM " : ", ");
        source(update.others[i].source);
    }
    conditions("WHERE", update.where);
    returning(plan, update.returning, update.items);
}

void SqlWriter::statement(const Delete& removal) {
    *this << "DELETE FROM ";
    table(removal.plan->source);
    conditions("WHERE", removal.where);
    returning(*removal.plan, {}, removal.items);
}

void SqlWriter::statement(const Truncate& truncation) {
    *this << compiler_.truncate();
    quote_table(*truncation.plan->source.table);
    *this << compiler_.restarts_keys();
}

}  // namespace strata::dal::detail
