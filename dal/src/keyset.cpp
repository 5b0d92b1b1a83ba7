#include "detail/op_traits.hpp"
#include "detail/query_tree.hpp"

#include <strata/core/error.hpp>
#include <strata/dal/detail/keyset.hpp>

#include <algorithm>
#include <cstring>

namespace strata::dal::detail {

using core::Op;
using core::Token;

namespace {

/// Some of a fragment's tokens, and how many values come before them.
struct Range {
    std::size_t first;
    std::size_t last;
    std::size_t values;
};

/// Finds what a row of a query holds of what the query is ordered by.
class RowOfQuery {
public:
    RowOfQuery(const core::Fragment& query, const RowLayout& layout, const void* row) : query_(query), layout_(layout) {
        cells_.resize(layout.count, const_cast<void*>(row));
        // Only addresses are computed: nothing is written into the row.
        if (layout.locate != nullptr) layout.locate(const_cast<void*>(row), cells_.data());
        read();
    }

    [[nodiscard]] const std::vector<Range>& order() const { return order_; }

    /// Appends the row's value of an entry of the order.
    void append(core::Fragment& out, const Range& entry) {
        const Token& token = query_.tokens()[entry.first];
        const bool single = entry.last - entry.first == 1;
        if (single && token.op == Op::result_column && append_column(out, token.number)) return;
        const core::SourceInfo* const source =
            token.object == 0 ? nullptr : query_.descriptors()[token.object - 1U].source;
        if (single && token.op == Op::column && append_of_row(out, *source, token)) return;
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (is_same(entry, items_[i])) {
                const bool of_column = single && token.op == Op::column && source->table != nullptr;
                bind(out, i, of_column ? core::ForColumn{source, token.number} : core::ForColumn{});
                return;
            }
        }
        throw UsageError(
            "after() and before() take the values of the order from a row, so all that the query is ordered by is "
            "selected");
    }

private:
    void read() {
        const auto& tokens = query_.tokens();
        int depth = 0;
        std::size_t values = 0;
        Range range{0, 0, 0};
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const OpTraits& traits = traits_of(tokens[i].op);
            if (tokens[i].op == Op::parameter) ++values;
            if (traits.place == Place::query_begin) ++depth;
            if (traits.place == Place::query_end) --depth;
            if (depth != 0 || traits.place != Place::clause) continue;
            range.last = i;
            if (tokens[i].op == Op::select_item || tokens[i].op == Op::select_row) items_.push_back(range);
            if (tokens[i].op == Op::order_by) order_.push_back(range);
            if (tokens[i].op == Op::distinct_on)
                throw UsageError("after() and before() page through a query with distinct_on() as a dal::derived");
            range = {i + 1, 0, values};
        }
    }
    [[nodiscard]] bool is_row(std::size_t item) const { return items_[item].first == items_[item].last; }

    [[nodiscard]] bool is_same(const Range& left, const Range& right) const {
        const std::size_t count = left.last - left.first;
        if (count == 0 || right.last - right.first != count) return false;
        const Token* const tokens = query_.tokens().data();
        if (std::memcmp(tokens + left.first, tokens + right.first, count * sizeof(Token)) != 0) return false;
        core::Fragment values[2];
        values[0].append(query_, left.first, left.last);
        values[1].append(query_, right.first, right.last);
        return values[0].has_values_of(values[1]);
    }

    /// The column of a table whose whole rows are selected; in a set there is only one.
    bool append_of_row(core::Fragment& out, const core::SourceInfo& source, const Token& token) {
        if (source.table == nullptr) return false;
        if (items_.empty() && layout_.count == 1 && layout_.cells[0].model == source.table) {
            bind_member(out, 0, token.number, {&source, token.number});
            return true;
        }
        for (std::size_t i = 0; i < items_.size(); ++i) {
            const Token& item = query_.tokens()[items_[i].last];
            if (!is_row(i) || item.object != token.object || layout_.cells[i].model == nullptr) continue;
            bind_member(out, i, token.number, {&source, token.number});
            return true;
        }
        return false;
    }

    /// A position among the columns of the result.
    bool append_column(core::Fragment& out, std::size_t position) {
        for (std::size_t i = 0; i < layout_.count; ++i) {
            const core::TableInfo* const model = layout_.cells[i].model;
            const std::size_t columns = model == nullptr ? 1 : static_cast<std::size_t>(model->column_count);
            if (position < columns) {
                core::ForColumn column;
                if (i < items_.size()) column = column_of_item(i, position);
                model == nullptr ? bind(out, i, column) : bind_member(out, i, static_cast<int>(position), column);
                return true;
            }
            position -= columns;
        }
        return false;
    }
    [[nodiscard]] core::ForColumn column_of_item(std::size_t item, std::size_t position) const {
        const bool row = is_row(item);
        const Token& token = query_.tokens()[row ? items_[item].last : items_[item].first];
        const bool column = row || (items_[item].last - items_[item].first == 1 && token.op == Op::column);
        if (!column) return {};
        const core::SourceInfo* const source = query_.descriptors()[token.object - 1U].source;
        if (source->table == nullptr) return {};
        return {source, row ? static_cast<int>(position) : int{token.number}};
    }

    void bind(core::Fragment& out, std::size_t cell, core::ForColumn column) {
        const Cell& at = layout_.cells[cell];
        if (at.model != nullptr) throw UsageError("a row of a table is not a value of an order");
        bind(out, *at.type, cells_[cell], column);
    }
    void bind_member(core::Fragment& out, std::size_t cell, int index, core::ForColumn column) {
        const Cell& at = layout_.cells[cell];
        const void* const model = at.find == nullptr ? cells_[cell] : at.find(cells_[cell]);
        if (model == nullptr) {
            out.push(Op::null);
            return;
        }
        const core::ColumnInfo& info = at.model->column(index);
        bind(out, *info.type, static_cast<const char*>(model) + info.offset, column);
    }
    static void bind(core::Fragment& out, const core::TypeInfo& type, const void* object, core::ForColumn column) {
        core::Scratch scratch;
        const core::Value value = type.view(object, scratch);
        if (value.is_null()) {
            out.push(Op::null);
        } else if (value.kind() == core::Value::Kind::integer) {
            out.bind(value.number());  // of any integer's type, as in a comparison
        } else {
            out.bind(type, value, value.kind() == core::Value::Kind::numeric ? column : core::ForColumn{});
        }
    }

    const core::Fragment& query_;
    const RowLayout& layout_;
    std::vector<void*> cells_;
    std::vector<Range> items_;
    std::vector<Range> order_;
};

}  // namespace

core::Fragment keyset(const core::Fragment& query, const RowLayout& layout, const void* row, bool before) {
    RowOfQuery found(query, layout, row);
    if (found.order().empty()) throw UsageError("after() and before() follow order_by()");
    core::Fragment next = query;
    for (const Range& entry : found.order()) found.append(next, entry);
    next.push(Op::keyset, found.order().size(), before ? 1 : 0);
    return next;
}

namespace {

/// An entry of the order, and the value that rows come after.
struct Entry {
    Node* expression;
    Node* value;
    bool descending;
    bool nulls_first;

    [[nodiscard]] bool can_be_null() const { return expression->type.nulls != core::Nulls::never; }
    [[nodiscard]] bool is_null() const { return value->token.op == Op::null; }
};

/// Builds the condition. No node: no row.
class Builder {
public:
    Builder(QueryTree& tree, const Query& query) : tree_(tree) {
        const Keyset& keyset = *query.keyset;
        for (std::size_t i = 0; i < keyset.values.size(); ++i) {
            const unsigned flags = query.order_by[i]->token.flags;
            Node* expression = query.order_by[i]->operands[0];
            if (expression->token.op == Op::result_column) expression = &item_at(query, *expression);
            const bool descending = (flags & core::Order<core::Uses<>>::descending) != 0;
            const bool first = (flags & core::Order<core::Uses<>>::first) != 0 ||
                               ((flags & core::Order<core::Uses<>>::last) == 0 && descending);
            entries_.push_back({expression, keyset.values[i], descending != keyset.before, first != keyset.before});
        }
    }

    Node& condition() {
        const bool uniform = std::ranges::all_of(entries_, [&](const Entry& entry) {
            return entry.descending == entries_.front().descending && !entry.can_be_null() && !entry.is_null();
        });
        if (uniform && entries_.size() > 1) return row();
        Node* rows = nullptr;
        for (std::size_t i = entries_.size(); i-- > 0;) {
            const Entry& entry = entries_[i];
            Node* const later = after(entry);
            Node* const equal = rows == nullptr ? nullptr : both(&is_equal(entry), rows);
            rows = either(later, equal);
        }
        if (rows == nullptr) return tree_.add_operation(Op::equal, {&tree_.add_constant(1), &tree_.add_constant(0)});
        // What an index of the first entry finds alone.
        if (entries_.size() > 1) rows = both(not_before(entries_.front()), rows);
        return *rows;
    }

private:
    /// One comparison of rows, for which an index of them serves.
    Node& row() {
        std::vector<Node*> operands;
        operands.reserve(2 * entries_.size());
        for (const Entry& entry : entries_) operands.push_back(entry.expression);
        for (const Entry& entry : entries_) operands.push_back(entry.value);
        Node& node = tree_.add_operation(Op::row_after, std::move(operands));
        node.token.flags = entries_.front().descending ? 1 : 0;
        return node;
    }
    Node* after(const Entry& entry) {
        if (entry.is_null()) {
            if (!entry.nulls_first || !entry.can_be_null()) return nullptr;
            return &tree_.add_operation(Op::is_not_null, {entry.expression});
        }
        return or_null(entry, entry.descending ? Op::less : Op::greater);
    }
    /// Nothing: it holds for each row.
    Node* not_before(const Entry& entry) {
        if (!entry.is_null()) return or_null(entry, entry.descending ? Op::less_equal : Op::greater_equal);
        return entry.nulls_first ? nullptr : &is_equal(entry);
    }
    Node* or_null(const Entry& entry, Op comparison) {
        Node& node = tree_.add_operation(comparison, {entry.expression, entry.value});
        if (!entry.can_be_null() || entry.nulls_first) return &node;
        return either(&node, &tree_.add_operation(Op::is_null, {entry.expression}));
    }
    Node& is_equal(const Entry& entry) {
        if (entry.is_null()) return tree_.add_operation(Op::is_null, {entry.expression});
        return tree_.add_operation(Op::equal, {entry.expression, entry.value});
    }
    Node* either(Node* left, Node* right) {
        if (left == nullptr || right == nullptr) return left == nullptr ? right : left;
        return &tree_.add_operation(Op::logical_or, {left, right});
    }
    Node* both(Node* left, Node* right) {
        if (left == nullptr || right == nullptr) return left == nullptr ? right : left;
        return &tree_.add_operation(Op::logical_and, {left, right});
    }
    Node& item_at(const Query& query, const Node& entry) {
        Node item = without_position(query, entry);
        if (item.token.op == Op::result_column)
            throw UsageError("after() and before() page through a query of two others as a dal::derived");
        item.resolved = false;
        Node& added = tree_.add(std::move(item));
        added.type = entry.type;
        return added;
    }

    QueryTree& tree_;
    std::vector<Entry> entries_;
};

}  // namespace

Node& keyset_condition(QueryTree& tree, const Query& query) {
    if (query.order_by.size() != query.keyset->values.size())
        throw UsageError("order_by() comes before after() and before(), which need the whole order");
    for (const Node* const entry : query.order_by) {
        if (has_window(*entry))
            throw UsageError("after() and before() page through an order by a function of a window as a dal::derived");
    }
    return Builder(tree, query).condition();
}

std::size_t position_of(const Query& query, const Node& entry) {
    if (entry.token.op == Op::result_column) return entry.token.number;
    std::size_t position = 0;
    for (const Node* const item : std::get<Select>(query.body).items) {
        if (item->token.op != Op::select_row) {
            if (same(*item, entry)) return position;
            ++position;
            continue;
        }
        if (entry.token.op == Op::column && item->source == entry.source) return position + entry.token.number;
        position += static_cast<std::size_t>(item->source->table->column_count);
    }
    throw UsageError("before() needs all that the query is ordered by among what it selects");
}

}  // namespace strata::dal::detail
