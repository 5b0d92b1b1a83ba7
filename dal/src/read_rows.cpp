#include "detail/read_rows.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/internal/contains.hpp>

#include <vector>

namespace strata::dal::detail {

namespace {

void* member(void* model, const core::ColumnInfo& column) { return static_cast<char*>(model) + column.offset; }

void read_model(const core::Row& row, int first, const core::TableInfo& table, void* model) {
    for (int i = 0; i < table.column_count; ++i) {
        const core::ColumnInfo& column = table.columns[i];
        column.type->read(row, first + i, member(model, column));
    }
}

/// Whether an outer join found no partner in the table: its key is NULL, or every column when it has no key.
bool is_missing(const core::Row& row, int first, const core::TableInfo& table) {
    const std::vector<int>& key = table.facts().primary_key;
    if (!key.empty()) return row.is_null(first + key.front());
    for (int i = 0; i < table.column_count; ++i) {
        if (!row.is_null(first + i)) return false;
    }
    return true;
}

int width(const RowLayout& layout) {
    int columns = 0;
    for (std::size_t i = 0; i < layout.count; ++i) {
        columns += layout.cells[i].model != nullptr ? layout.cells[i].model->column_count : 1;
    }
    return columns;
}

void check_width(const core::Row& row, const RowLayout& layout) {
    const int expected = width(layout);
    if (row.columns() == expected) return;
    throw UsageError("the result has " + std::to_string(row.columns()) + " columns, but " + std::to_string(expected) +
                     " are read");
}

/// The address in a row of each element of the layout.
class Places {
public:
    explicit Places(const RowLayout& layout) : layout_(layout) {  // NOLINT(cppcoreguidelines-pro-type-member-init)
        if (layout.count > std::size(few_)) {
            many_.resize(layout.count);
            cells_ = many_.data();
        }
    }
    void** locate(void* row) {
        if (layout_.locate == nullptr) {
            cells_[0] = row;
        } else {
            layout_.locate(row, cells_);
        }
        return cells_;
    }

private:
    const RowLayout& layout_;
    void* few_[16];  // written by locate(), and not before: zeroing them is a twentieth of reading a row by key
    std::vector<void*> many_;
    void** cells_ = few_;
};

void read_cells(const core::Row& row, const RowLayout& layout, void** cells) {
    int column = 0;
    for (std::size_t i = 0; i < layout.count; ++i) {
        const Cell& cell = layout.cells[i];
        if (cell.model == nullptr) {
            cell.type->read(row, column++, cells[i]);
            continue;
        }
        const core::TableInfo& table = *cell.model;
        if (cell.engage == nullptr) {
            read_model(row, column, table, cells[i]);
        } else if (is_missing(row, column, table)) {
            cell.disengage(cells[i]);
        } else {
            read_model(row, column, table, cell.engage(cells[i]));
        }
        column += table.column_count;
    }
}

void read_by_position(core::Cursor& cursor, const RowLayout& layout, Target target, Expect expect) {
    Places places(layout);
    do {
        read_cells(cursor.row(), layout, places.locate(target()));
    } while (expect == Expect::rows && cursor.next());
}

/// The position of each name among the result's columns.
std::vector<int> match_names(const core::Row& row, const std::vector<std::string_view>& names) {
    std::vector<int> columns;
    for (const std::string_view name : names) {
        int found = -1;
        for (int i = 0; i < row.columns(); ++i) {
            if (row.column_name(i) != name) continue;
            if (found >= 0)
                throw UsageError("the result has two columns called " + std::string(name) +
                                 "; name one AS something else");
            found = i;
        }
        if (found < 0) throw UsageError("the result has no column " + std::string(name) + ", which is read by name");
        columns.push_back(found);
    }
    for (int i = 0; i < row.columns(); ++i) {
        if (!core::internal::contains(columns, i)) {
            throw UsageError("the result's column " + std::string(row.column_name(i)) + " has no member to go to");
        }
    }
    return columns;
}

void read_by_name(core::Cursor& cursor, const RowLayout& layout, Target target) {
    const core::TableInfo* const table = layout.cells[0].model;
    std::vector<std::string_view> names;
    if (table != nullptr) {
        for (int i = 0; i < table->column_count; ++i) names.emplace_back(table->column(i).name);
    } else {
        names.assign(layout.names, layout.names + layout.count);
    }
    const std::vector<int> columns = match_names(cursor.row(), names);
    Places places(layout);
    do {
        const core::Row& row = cursor.row();
        void** cells = places.locate(target());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (table != nullptr) {
                const core::ColumnInfo& column = table->columns[i];
                column.type->read(row, columns[i], member(cells[0], column));
            } else {
                layout.cells[i].type->read(row, columns[i], cells[i]);
            }
        }
    } while (cursor.next());
}

}  // namespace

void read_rows(core::Cursor& cursor, const RowLayout& layout, Target target, Expect expect) {
    if (!cursor.next()) return;
    if (layout.names != nullptr) {
        read_by_name(cursor, layout, target);
    } else {
        check_width(cursor.row(), layout);
        read_by_position(cursor, layout, target, expect);
    }
}

void read_row(const core::Row& row, const RowLayout& layout, Target target) {
    check_width(row, layout);
    Places places(layout);
    read_cells(row, layout, places.locate(target()));
}

void read_columns(const core::Row& row, const core::TableInfo& table, std::span<const int> columns, void* model) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const core::ColumnInfo& column = table.column(columns[i]);
        column.type->read(row, static_cast<int>(i), member(model, column));
    }
}

}  // namespace strata::dal::detail
