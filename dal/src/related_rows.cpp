#include "detail/relation_facts.hpp"
#include "detail/relation_keys.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/dal/compare.hpp>
#include <strata/dal/window.hpp>

#include <array>
#include <limits>
#include <utility>

namespace strata::dal::detail {

using core::SourceInfo;
using core::TableInfo;

namespace {

constexpr std::uint32_t no_key = std::numeric_limits<std::uint32_t>::max();

using Parts = std::array<KeyPart, relation_width>;

void append_columns(Fragment& fragment, const SourceInfo& source, const RelationColumns& columns) {
    for (int i = 0; i < columns.count; ++i) fragment.push(Op::column, source, static_cast<std::size_t>(columns.at[i]));
}

/// A row's key in these columns.
void read_key(const TableInfo& table, const RelationColumns& columns, const void* row, Parts& parts) {
    core::Scratch scratch;
    for (int i = 0; i < columns.count; ++i) {
        const core::ColumnInfo& column = table.column(columns.at[i]);
        const void* const member = static_cast<const char*>(row) + column.offset;
        KeyPart& part = parts[static_cast<std::size_t>(i)];
        part.missing = true;
        if (column.type->is_unset != nullptr && column.type->is_unset(member)) continue;
        part.set(column.type->view(member, scratch));
    }
}

/// Appends the condition that columns have one of these rows' keys. The keys are one parameter.
void append_keys(Fragment& fragment, const SourceInfo& source, const RelationColumns& columns, const TableInfo& table,
                 const RelationColumns& own, std::span<const void* const> rows) {
    const auto member = [&](const void* row, int column) {
        return static_cast<const char*>(row) + table.column(own.at[column]).offset;
    };
    const auto type = [&](int column) -> const core::TypeInfo& { return *table.column(own.at[column]).type; };
    append_columns(fragment, source, columns);
    if (columns.count == 1) {
        const bool formed = type(0).kind == core::TypeKind::numeric;
        core::detail::InList list(fragment, type(0),
                                  formed ? core::ForColumn{&source, columns.at[0]} : core::ForColumn());
        for (const void* const row : rows) list.add(member(row, 0));
        list.finish(false);
        return;
    }
    fragment.push(Op::row, static_cast<std::size_t>(columns.count));
    RowList list;
    for (const void* const row : rows) {
        list.begin_row();
        for (int i = 0; i < columns.count; ++i) list.add(type(i), member(row, i));
        list.end_row();
    }
    list.finish(fragment, false);
}

/// The number of a row within its key.
class Numbering : public WindowParts {
public:
    Numbering(const SourceInfo& source, const RelationColumns& key, const Fragment& order) {
        for (int i = 0; i < key.count; ++i) {
            Fragment column;
            column.push(Op::column, source, static_cast<std::size_t>(key.at[i]));
            add(column);
        }
        add_order(order);
    }
    [[nodiscard]] Fragment expression() const {
        const core::TypeInfo& type = core::type_of<std::int64_t>::info;
        return over(window_call(core::WindowFunction::row_number, type), type);
    }
};

constexpr SourceInfo numbered_rows{core::SourceKind::derived, nullptr, "numbered"};

/// The statement of a relation, whose rows are the related model's columns and, with a link table, the key of the row
/// that they are linked to.
class RelatedQuery {
public:
    RelatedQuery(const RelationInfo& relation, const RelationClauses* clauses)
        : relation_(relation), clauses_(clauses), limit_(clauses == nullptr ? -1 : clauses->limit) {
        // The first row in an order is wanted; without an order there must not be a second one.
        if (relation.one && clauses != nullptr && !clauses->order.tokens().empty()) limit_ = 1;
    }

    [[nodiscard]] Fragment write(const TableInfo& table, std::span<const void* const> rows) const {
        if (limit_ < 0 && (clauses_ == nullptr || clauses_->offset == 0)) {
            Fragment query;
            query.push(Op::select_row, *relation_.related);
            append_link_key(query);
            append_rows(query, table, rows);
            if (clauses_ != nullptr) query.append(clauses_->order);
            return query;
        }
        return numbered(table, rows);
    }

private:
    [[nodiscard]] const SourceInfo& matched() const {
        return relation_.link != nullptr ? *relation_.link : *relation_.related;
    }

    void append_link_key(Fragment& query) const {
        if (relation_.link == nullptr) return;
        for (int i = 0; i < relation_.matched.count; ++i) {
            query.push(Op::column, *relation_.link, static_cast<std::size_t>(relation_.matched.at[i]));
            query.push(Op::select_item);
        }
    }

    void append_rows(Fragment& query, const TableInfo& table, std::span<const void* const> rows) const {
        query.push(Op::from, *relation_.related);
        if (relation_.link != nullptr) {
            for (int i = 0; i < relation_.onward.count; ++i) {
                query.push(Op::column, *relation_.link, static_cast<std::size_t>(relation_.onward.at[i]));
                query.push(Op::column, *relation_.related, static_cast<std::size_t>(relation_.reached.at[i]));
                query.push(Op::equal);
                if (i > 0) query.push(Op::logical_and);
            }
            query.push(Op::join, *relation_.link, 0, static_cast<unsigned>(core::JoinKind::inner));
        }
        append_keys(query, matched(), relation_.matched, table, relation_.own, rows);
        query.push(Op::where);
        if (clauses_ != nullptr) query.append(clauses_->conditions);
    }

    /// The rows of each key that have these numbers in the order, by their numbers.
    [[nodiscard]] Fragment numbered(const TableInfo& table, std::span<const void* const> rows) const {
        const int keys = relation_.link == nullptr ? 0 : relation_.matched.count;
        const int number = relation_.related->table->column_count + keys;
        const auto push_number = [&](Fragment& query) {
            query.push(Op::column, numbered_rows, static_cast<std::size_t>(number));
        };
        Fragment query;
        append_part(query, numbered_rows, 0, number);
        query.push(Op::query_begin);
        query.push(Op::select_row, *relation_.related);
        append_link_key(query);
        query.append(Numbering(matched(), relation_.matched, clauses_->order).expression());
        query.push(Op::select_item);
        append_rows(query, table, rows);
        query.push(Op::query_end);
        query.push(Op::from, numbered_rows);
        push_number(query);
        query.bind(clauses_->offset);
        query.push(Op::greater);
        query.push(Op::where);
        if (limit_ >= 0) {
            push_number(query);
            query.bind(clauses_->offset > std::numeric_limits<std::int64_t>::max() - limit_
                           ? std::numeric_limits<std::int64_t>::max()
                           : clauses_->offset + limit_);
            query.push(Op::less_equal);
            query.push(Op::where);
        }
        push_number(query);
        query.push(Op::order_by);
        return query;
    }

    const RelationInfo& relation_;
    const RelationClauses* clauses_;
    std::int64_t limit_;
};

/// A row that is being read: the object for the related row, and the key that the link table has.
struct LinkedRow {
    void* related = nullptr;
    Parts key{};
    int width = 0;

    static void locate(void* row, void** cells) {
        LinkedRow& linked = *static_cast<LinkedRow*>(row);
        cells[0] = linked.related;
        for (int i = 0; i < linked.width; ++i) cells[i + 1] = &linked.key[static_cast<std::size_t>(i)];
    }
};

/// Makes room for the related rows.
struct NextRelated {
    core::detail::FunctionRef<void*()> next;
    core::detail::FunctionRef<void(std::size_t)> expect;
    void* operator()() const { return next(); }
    void reserve(std::size_t rows) const { expect(rows); }
};

void check_kinds(const TableInfo& left, const RelationColumns& left_columns, const TableInfo& right,
                 const RelationColumns& right_columns) {
    for (int i = 0; i < left_columns.count; ++i) {
        const core::ColumnInfo& one = left.column(left_columns.at[i]);
        const core::ColumnInfo& other = right.column(right_columns.at[i]);
        if (!are_keys_of_one_kind(one.type->kind, other.type->kind))
            throw UsageError(std::string("the columns ") + left.name + "." + one.name + " and " + right.name + "." +
                             other.name + " of a relation hold values of unlike kinds");
        const core::TypeKind kind = one.type->kind;
        if (kind == core::TypeKind::json || kind == core::TypeKind::array ||
            (kind == core::TypeKind::bytes && left_columns.count > 1))
            throw UsageError(std::string("the column ") + left.name + "." + one.name +
                             " cannot be in a relation: its columns hold neither JSON nor arrays, and none of several "
                             "holds bytes");
    }
}

}  // namespace

void RelationClauses::set_limit(std::int64_t rows) {
    if (rows < 0) throw UsageError("limit() takes no negative number");
    limit = rows;
}

void RelationClauses::set_offset(std::int64_t rows) {
    if (rows < 0) throw UsageError("offset() takes no negative number");
    offset = rows;
}

void RelatedRows::load(Backend& backend, const RelationInfo& relation, const RelationClauses* clauses,
                       const TableInfo& table, std::size_t count,
                       core::detail::FunctionRef<const void*(std::size_t index)> row, Target append) {
    const RelationInfo complete = with_stated_columns(relation, table);
    key_of_.assign(count, no_key);
    const TableInfo& matched = *(complete.link != nullptr ? complete.link : complete.related)->table;
    check_kinds(table, complete.own, matched, complete.matched);

    KeyNumbers numbers;
    LinkedRow reading;
    reading.width = complete.matched.count;
    const std::span<const KeyPart> key(reading.key.data(), static_cast<std::size_t>(reading.width));
    std::vector<const void*> distinct;
    for (std::size_t i = 0; i < count; ++i) {
        read_key(table, complete.own, row(i), reading.key);
        const auto added = numbers.add(key);
        if (!added) continue;
        key_of_[i] = added->number;
        if (added->is_new) {
            distinct.push_back(row(i));
            last_row_.push_back(0);
        }
        last_row_[added->number] = static_cast<std::uint32_t>(i);
    }
    if (distinct.empty()) return;

    std::vector<std::uint32_t> keys;
    const auto note_key = [&] {
        if (reading.related == nullptr) return;
        if (complete.link == nullptr) read_key(matched, complete.matched, reading.related, reading.key);
        const auto number = numbers.find(key);
        if (!number)
            throw UsageError(std::string("the database holds keys of ") + matched.name + " and " + table.name +
                             " for equal that differ, as a collation does; a relation needs equal keys");
        keys.push_back(*number);
    };
    const auto next = [&]() -> void* {
        note_key();
        reading.related = append();
        return complete.link == nullptr ? reading.related : &reading;
    };
    const auto expect = [&](std::size_t rows) {
        keys.reserve(rows);
        append.expect(rows);
    };
    const NextRelated target{next, expect};
    std::array<Cell, relation_width + 1> cells{Cell{nullptr, complete.related->table}};
    const std::size_t width = complete.link == nullptr ? 1 : static_cast<std::size_t>(complete.matched.count) + 1;
    for (std::size_t i = 1; i < width; ++i)
        cells[i].type = &key_part_type(matched.column(complete.matched.at[i - 1]).type->kind);
    const RowLayout layout{cells.data(), width, complete.link == nullptr ? nullptr : &LinkedRow::locate};
    const Fragment query = RelatedQuery(complete, clauses).write(table, distinct);
    backend.fetch({query}, layout, target);
    note_key();
    sort_by_key(keys, distinct.size());
    if (!complete.one) return;
    for (std::size_t k = 0; k < distinct.size(); ++k) {
        if (first_[k + 1] - first_[k] > 1)
            throw UsageError(std::string("a row of ") + table.name + " has several related rows in " +
                             complete.related->table->name +
                             ", where its relation is to one: give it an order whose first row is meant");
    }
}

/// Rows of one key stay in their order.
void RelatedRows::sort_by_key(const std::vector<std::uint32_t>& keys, std::size_t key_count) {
    first_.assign(key_count + 1, 0);
    for (const std::uint32_t key : keys) ++first_[key + 1];
    for (std::size_t k = 0; k < key_count; ++k) first_[k + 1] += first_[k];
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    sorted_.resize(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) sorted_[next[keys[i]]++] = static_cast<std::uint32_t>(i);
}

std::span<const std::uint32_t> RelatedRows::of(std::size_t row) const {
    const std::uint32_t key = key_of_[row];
    if (key == no_key) return {};
    return std::span(sorted_).subspan(first_[key], first_[key + 1] - first_[key]);
}

bool RelatedRows::is_last(std::size_t row) const {
    const std::uint32_t key = key_of_[row];
    return key == no_key || last_row_[key] == row;
}

}  // namespace strata::dal::detail
