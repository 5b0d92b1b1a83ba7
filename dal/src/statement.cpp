#include "detail/statement.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>

#include <algorithm>

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
            return true;
        case Verb::query:
        case Verb::count_rows:
        case Verb::has_rows:
        case Verb::rows_of:
        case Verb::count_of:
        case Verb::exists_in:
        case Verb::update:
        case Verb::remove:
        case Verb::insert_values:
            return false;
    }
    return false;
}

bool is_assigned(const core::Fragment& fragment, int column) {
    return std::ranges::any_of(fragment.tokens(), [&](const core::Token& token) {
        return token.op == Op::assign && int{token.number} == column;
    });
}

/// Makes the statement of one request.
class Maker {
public:
    Maker(const Request& request, QueryTree& tree) : request_(request), tree_(tree) {}

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
            case Verb::remove:
                return Delete{&plan(), tree_.select().where};
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
        }
        throw UsageError("a statement has no verb");
    }

private:
    [[nodiscard]] const RowPlan& plan() const { return make_plan(*request_.source->table); }
    [[nodiscard]] const RowStatement& row() const { return plan().statement(request_.verb); }

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
    std::vector<Assignment> assignments(const char* verb) const {
        std::vector<Assignment> result;
        for (const Node* const assignment : tree_.assignments()) {
            const int column = assignment->token.number;
            const core::TableInfo& table = plan().table;
            if (std::ranges::any_of(result, [&](const Assignment& other) { return other.column == column; })) {
                throw UsageError(std::string(verb) + " assigns " + table.name + "." + table.column(column).name +
                                 " twice");
            }
            result.push_back({column, assignment->operands[0]});
        }
        return result;
    }

    Statement update() {
        Update made{&plan(), assignments("an update"), tree_.select().where};
        std::vector<int> named;
        for (const Assignment& assignment : made.assignments) named.push_back(assignment.column);
        for (const int column : plan().set_by_database) {
            if (!core::internal::contains(named, column)) made.assignments.push_back({column, nullptr});
        }
        return made;
    }

    Statement insert() {
        Insert made{&plan(), assignments("an insert")};
        for (int i = 0; i < plan().table.column_count; ++i) made.returning.push_back(i);
        return made;
    }

    /// The row's own values, which come first, and the assignments of the token list.
    std::vector<Assignment> written() {
        std::vector<Assignment> result;
        for (const int column : row().written) {
            if (!is_assigned(request_.fragment, column))
                result.push_back({column, &tree_.add_parameter(*request_.source, column, ++parameters_)});
        }
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
    int parameters_ = 0;
};

}  // namespace

bool reads(Verb verb) {
    switch (verb) {
        case Verb::query:
        case Verb::count_rows:
        case Verb::has_rows:
        case Verb::rows_of:
        case Verb::count_of:
        case Verb::exists_in:
        case Verb::get_row:
            return true;
        case Verb::update:
        case Verb::remove:
        case Verb::insert_values:
        case Verb::insert_row:
        case Verb::insert_row_with_keys:
        case Verb::update_row:
        case Verb::remove_row:
            return false;
    }
    return false;
}

int values_before(const Request& request) {
    if (!is_about_row(request.verb)) return 0;
    const RowStatement& row = make_plan(*request.source->table).statement(request.verb);
    const auto from_row = [&](int column) { return !is_assigned(request.fragment, column); };
    return static_cast<int>(std::ranges::count_if(row.written, from_row)) + static_cast<int>(row.matched.size());
}

Statement make_statement(const Request& request, QueryTree& tree, bool keeps_last_key) {
    return Maker(request, tree).make(keeps_last_key);
}

}  // namespace strata::dal::detail
