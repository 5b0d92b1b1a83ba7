#include "detail/statement.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <numeric>

namespace strata::dal::detail {

using core::Op;

namespace {

constexpr core::SourceInfo limited_rows{core::SourceKind::derived, nullptr, "rows"};

bool is_about_row(Verb verb) {
    switch (verb) {
        case Verb::insert_row:
        case Verb::insert_row_with_keys:
        case Verb::update_row:
        case Verb::remove_row:
        case Verb::get_row:
        case Verb::insert_columns:
        case Verb::update_columns:
        case Verb::find_columns:
            return true;
        case Verb::query:
        case Verb::count_rows:
        case Verb::has_rows:
        case Verb::rows_of:
        case Verb::count_of:
        case Verb::exists_in:
        case Verb::update:
        case Verb::update_returning:
        case Verb::remove:
        case Verb::insert_values:
        case Verb::truncate:
            return false;
    }
    return false;
}

/// The verbs whose fragment says which columns they are about.
bool names_columns(Verb verb) {
    return verb == Verb::insert_columns || verb == Verb::update_columns || verb == Verb::find_columns;
}

/// The assignments, each column once.
std::vector<Assignment> once(const RowPlan& plan, const std::vector<Node*>& given, const char* verb) {
    std::vector<Assignment> result;
    for (const Node* const assignment : given) {
        const int column = assignment->token.number;
        const core::TableInfo& table = plan.table;
        if (std::ranges::any_of(result, [&](const Assignment& other) { return other.column == column; })) {
            throw UsageError(std::string(verb) + " assigns " + table.name + "." + table.column(column).name + " twice");
        }
        result.push_back({column, assignment->operands[0]});
    }
    return result;
}

/// Adds what the database makes on every update, unless it is assigned.
void add_set_by_database(const RowPlan& plan, std::vector<Assignment>& assignments) {
    for (const int column : plan.set_by_database) {
        if (std::ranges::find(assignments, column, &Assignment::column) == assignments.end())
            assignments.push_back({column, nullptr});
    }
}

Update update_of(const RowPlan& plan, const std::vector<Node*>& assignments, const Select& select) {
    Update made{&plan, once(plan, assignments, "an update"), select.where};
    if (made.assignments.empty()) throw UsageError("an update assigns nothing");
    made.items = select.items;
    made.others = select.joins;
    add_set_by_database(plan, made.assignments);
    return made;
}

/// Makes the statement of one request.
class Maker {
public:
    Maker(const Request& request, QueryTree& tree) : request_(request), tree_(tree) {
        if (is_about_row(request.verb)) row_ = row_columns(request);
    }

    Statement make(bool keeps_last_key) {
        switch (request_.verb) {
            case Verb::query:
                tree_.root().limit = request_.limit;
                return &tree_.root();
            case Verb::count_rows:
                return around(tree_.add_operation(Op::count_all, {}), 0);
            case Verb::has_rows:
                return around(tree_.add_constant(1), 1);
            case Verb::rows_of:
                return rows(tree_.add_row(*request_.source), request_.limit);
            case Verb::exists_in:
                unordered(tree_.root());
                return rows(tree_.add_constant(1), 1);
            case Verb::count_of:
                return count();
            case Verb::update:
                return update();
            case Verb::update_returning: {
                Update made = update();
                made.returning = every_column();
                return made;
            }
            case Verb::remove:
                return Delete{&plan(), tree_.select().where, tree_.select().items};
            case Verb::insert_values:
                return insert();
            case Verb::insert_row:
            case Verb::insert_row_with_keys: {
                Insert made{&plan(), written(), returned()};
                if (tree_.assignments().empty() && request_.verb == Verb::insert_row && plan().returns_only_key() &&
                    keeps_last_key)
                    made.returning.clear();
                return made;
            }
            case Verb::update_row: {
                Update made{&plan(), written(), matching(), returned()};
                for (const int column : plan().set_by_database) made.assignments.push_back({column, nullptr});
                return made;
            }
            case Verb::remove_row:
                return Delete{&plan(), matching()};
            case Verb::get_row:
                tree_.select().where = matching();
                return rows(tree_.add_row(*request_.source), 0);
            case Verb::insert_columns: {
                Insert made{&plan(), written(), {}, tree_.select().items};
                made.conflict = conflict(made);
                return made;
            }
            case Verb::update_columns: {
                Update made{&plan(), written(), matching(), {}, tree_.select().items};
                add_set_by_database(plan(), made.assignments);
                if (made.assignments.empty()) throw UsageError("an update assigns nothing");
                return made;
            }
            case Verb::find_columns:
                tree_.select().where = matching();
                return rows(tree_.add_row(*request_.source), 1);
            case Verb::truncate:
                return Truncate{&plan()};
        }
        throw UsageError("a statement has no verb");
    }

private:
    [[nodiscard]] const RowPlan& plan() const { return make_plan(*request_.source->table); }
    [[nodiscard]] const RowColumns& row() const { return row_; }

    const Query* rows(Node& item, std::uint32_t limit) {
        tree_.select().items.push_back(&item);
        tree_.select().from = Source{request_.source};
        tree_.root().limit = limit;
        return &tree_.root();
    }

    /// A limit counts rows before they are counted.
    const Query* count() {
        Query& query = tree_.root();
        unordered(query);
        Node& all = tree_.add_operation(Op::count_all, {});
        if (query.limits.empty() && query.offsets.empty()) return rows(all, 0);
        rows(tree_.add_constant(1), 0);
        return around(all, 0);
    }

    /// What is selected of the rows of the whole query.
    const Query* around(Node& item, std::uint32_t limit) {
        tree_.root().locks.clear();
        Query& outer = tree_.add_query();
        auto& select = std::get<Select>(outer.body);
        select.items.push_back(&item);
        select.from = Source{&limited_rows, &tree_.root()};
        outer.limit = limit;
        return &outer;
    }

    /// How many rows there are is not a matter of their order, nor of the side of a keyset that a limit is at.
    static void unordered(Query& query) {
        query.order_by.clear();
        query.locks.clear();
        if (query.keyset) query.keyset->before = false;
    }

    /// The assignments of the token list, each column once.
    std::vector<Assignment> assignments(const char* verb) const { return once(plan(), tree_.assignments(), verb); }

    Update update() { return update_of(plan(), tree_.assignments(), tree_.select()); }

    Statement insert() {
        Insert made{&plan(), assignments("an insert")};
        made.items = tree_.select().items;
        made.rows = tree_.select().from;
        made.conflict = conflict(made);
        if (!made.items.empty() || made.rows) return made;
        made.returning = every_column();
        return made;
    }

    [[nodiscard]] std::vector<int> every_column() const {
        std::vector<int> columns(static_cast<std::size_t>(plan().table.column_count));
        std::iota(columns.begin(), columns.end(), 0);
        return columns;
    }

    std::optional<Conflict> conflict(const Insert& insert) {
        if (!tree_.conflict()) return std::nullopt;
        const ConflictClause& clause = *tree_.conflict();
        Conflict made{clause.target, clause.index, once(plan(), clause.assignments, "an update on conflict"),
                      clause.where};
        if (clause.action == core::ConflictAction::update_written) {
            for (const Assignment& inserted : insert.assignments) {
                if (keeps_its_value(inserted.column, clause)) continue;
                made.assignments.push_back({inserted.column, &tree_.add_column(plan().excluded, inserted.column)});
            }
            if (made.assignments.empty())  // the row is locked and returned as it is
                made.assignments.push_back(
                    {clause.target.front(), &tree_.add_column(plan().source, clause.target.front())});
        }
        if (clause.action != core::ConflictAction::nothing) add_set_by_database(plan(), made.assignments);
        return made;
    }
    /// Whether an update on conflict leaves the column alone, though the insert writes it.
    [[nodiscard]] bool keeps_its_value(int column, const ConflictClause& clause) const {
        return core::internal::contains(clause.target, column) ||
               core::internal::contains(plan().facts.primary_key, column) ||
               core::internal::contains(plan().set_by_database, column);
    }

    /// The row's own values, which come first, and the assignments of the token list.
    std::vector<Assignment> written() {
        std::vector<Assignment> result;
        for (const int column : row().written)
            result.push_back({column, &tree_.add_parameter(*request_.source, column, ++parameters_)});
        for (const Assignment& assignment : assignments("a filter")) result.push_back(assignment);
        return result;
    }
    [[nodiscard]] std::vector<int> returned() const {
        std::vector<int> result = row().returned;
        for (const Node* const assignment : tree_.assignments()) {
            if (!core::internal::contains(result, int{assignment->token.number}))
                result.push_back(assignment->token.number);
        }
        return result;
    }

    /// The conditions of the token list, after those that find the row.
    std::vector<Node*> matching() {
        std::vector<Node*> result;
        for (const int column : row().matched) {
            Node& value = tree_.add_parameter(*request_.source, column, ++parameters_);
            result.push_back(&tree_.add_operation(Op::equal, {&tree_.add_column(*request_.source, column), &value}));
        }
        const std::vector<Node*>& more = tree_.select().where;
        result.insert(result.end(), more.begin(), more.end());
        return result;
    }

    const Request& request_;
    QueryTree& tree_;
    RowColumns row_{};
    int parameters_ = 0;
};

}  // namespace

bool has_writing(const core::Fragment& fragment) {
    return std::ranges::any_of(fragment.tokens(), [](const core::Token& token) { return token.op == Op::writing; });
}

Statement make_written(const Query& query) {
    const WrittenTable& written = *query.writing;
    const RowPlan& plan = make_plan(*written.table->table);
    const auto& select = std::get<Select>(query.body);
    if (written.kind == core::Writing::update) return update_of(plan, written.assignments, select);
    if (written.kind == core::Writing::remove) return Delete{&plan, select.where, select.items};
    Insert made{&plan, once(plan, written.assignments, "an insert"), {}, select.items, select.from};
    for (const Assignment& assignment : made.assignments) {
        if (assignment.column == plan.generated_key)
            throw UsageError(std::string("a query that inserts writes no generated keys, such as ") + plan.table.name +
                             "." + plan.table.column(assignment.column).name + ": insert_into() and insert_from() do");
    }
    return made;
}

bool reads(Verb verb) {
    switch (verb) {
        case Verb::query:
        case Verb::count_rows:
        case Verb::has_rows:
        case Verb::rows_of:
        case Verb::count_of:
        case Verb::exists_in:
        case Verb::get_row:
        case Verb::find_columns:
            return true;
        case Verb::update:
        case Verb::update_returning:
        case Verb::remove:
        case Verb::insert_values:
        case Verb::insert_row:
        case Verb::insert_row_with_keys:
        case Verb::update_row:
        case Verb::remove_row:
        case Verb::insert_columns:
        case Verb::update_columns:
        case Verb::truncate:
            return false;
    }
    return false;
}

RowColumns row_columns(const Request& request) {
    RowColumns columns;
    if (names_columns(request.verb)) {
        for (const core::Token& token : request.fragment.tokens()) {
            if (token.op != Op::row_value) continue;
            const bool written = static_cast<core::RowUse>(token.flags) == core::RowUse::written;
            (written ? columns.written : columns.matched).push_back(token.number);
        }
    } else {
        columns = make_plan(*request.source->table).statement(request.verb);
    }
    for_each_assignment(request.fragment,
                        [&](const core::Token& token) { std::erase(columns.written, int{token.number}); });
    return columns;
}

int values_before(const Request& request) {
    if (!is_about_row(request.verb)) return 0;
    const RowColumns columns = row_columns(request);
    return static_cast<int>(columns.written.size() + columns.matched.size());
}

Statement make_statement(const Request& request, QueryTree& tree, bool keeps_last_key) {
    return Maker(request, tree).make(keeps_last_key);
}

}  // namespace strata::dal::detail
