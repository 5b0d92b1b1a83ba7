#include "detail/read_rows.hpp"

#include <strata/core/error.hpp>
#include <strata/core/facts.hpp>
#include <strata/core/internal/contains.hpp>

#include <vector>

namespace strata::dal::detail {

namespace {

void* member(void* model, const core::ColumnInfo& column) { return static_cast<char*>(model) + column.offset; }

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

/// The model, where a row is one of it and nothing else.
const core::TableInfo* whole_model(const RowLayout& layout) {
    const bool whole = layout.count == 1 && layout.names == nullptr && layout.locate == nullptr;
    return whole && layout.cells[0].engage == nullptr ? layout.cells[0].model : nullptr;
}

void check_width(const core::Row& row, int expected) {
    if (row.columns() == expected) return;
    throw UsageError("the result has " + std::to_string(row.columns()) + " columns, but " + std::to_string(expected) +
                     " are read");
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

std::vector<int> columns_by_name(const core::Row& row, const RowLayout& layout) {
    std::vector<std::string_view> names;
    if (const core::TableInfo* const table = layout.cells[0].model) {
        for (int i = 0; i < table->column_count; ++i) names.emplace_back(table->column(i).name);
    } else {
        names.assign(layout.names, layout.names + layout.count);
    }
    return match_names(row, names);
}

}  // namespace

RowReader::RowReader(const RowLayout& layout) : layout_(layout) {  // NOLINT(cppcoreguidelines-pro-type-member-init)
    model_ = whole_model(layout);
    if (layout.count > std::size(few_)) {
        many_.resize(layout.count);
        cells_ = many_.data();
    }
}

void RowReader::start(const core::Row& first) {
    if (layout_.names != nullptr) {
        columns_ = columns_by_name(first, layout_);
    } else {
        check_width(first, width(layout_));
    }
}

void** RowReader::locate(void* into) {
    if (layout_.locate == nullptr) {
        cells_[0] = into;
    } else {
        layout_.locate(into, cells_);
    }
    return cells_;
}

void RowReader::read_by_position(const core::Row& row, void* into) {
    void** cells = locate(into);
    int column = 0;
    for (std::size_t i = 0; i < layout_.count; ++i) {
        const Cell& cell = layout_.cells[i];
        if (cell.model == nullptr) {
            cell.type->read(row, column++, cells[i]);
            continue;
        }
        const core::TableInfo& table = *cell.model;
        if (cell.engage == nullptr) {
            row.read_model(column, table, cells[i]);
        } else if (is_missing(row, column, table)) {
            cell.disengage(cells[i]);
        } else {
            row.read_model(column, table, cell.engage(cells[i]));
        }
        column += table.column_count;
    }
}

void RowReader::read_by_name(const core::Row& row, void* into) {
    const core::TableInfo* const table = layout_.cells[0].model;
    void** cells = locate(into);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (table != nullptr) {
            const core::ColumnInfo& column = table->columns[i];
            column.type->read(row, columns_[i], member(cells[0], column));
        } else {
            layout_.cells[i].type->read(row, columns_[i], cells[i]);
        }
    }
}

void check_columns(const core::Row& row, const RowLayout& layout) { RowReader(layout).start(row); }

bool read_rows(core::Cursor& cursor, const RowLayout& layout, Target target) {
    if (!cursor.next()) return false;
    target.expect(cursor.rows_here());
    RowReader reader(layout);
    reader.start(cursor.row());
    do {
        reader.read(cursor.row(), target());
    } while (cursor.next());
    return true;
}

void read_row(const core::Row& row, const RowLayout& layout, Target target) {
    if (const core::TableInfo* const model = whole_model(layout)) {
        check_width(row, model->column_count);
        row.read_model(0, *model, target());
        return;
    }
    RowReader reader(layout);
    reader.start(row);
    reader.read(row, target());
}

void read_columns(const core::Row& row, const core::TableInfo& table, std::span<const int> columns, void* model) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const core::ColumnInfo& column = table.column(columns[i]);
        column.type->read(row, static_cast<int>(i), member(model, column));
    }
}

}  // namespace strata::dal::detail
