#pragma once

#include <strata/core/connection.hpp>
#include <strata/dal/detail/backend.hpp>

#include <vector>

namespace strata::dal::detail {

/// Reads the rows of one result into memory, each as the layout says.
class RowReader {
public:
    explicit RowReader(const RowLayout& layout);
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    /// Compares the first row's columns with the layout's. Throws UsageError when they are others.
    void start(const core::Row& first);
    void read(const core::Row& row, void* into) {
        if (model_ != nullptr) {
            row.read_model(0, *model_, into);
        } else if (columns_.empty()) {
            read_by_position(row, into);
        } else {
            read_by_name(row, into);
        }
    }

private:
    void** locate(void* into);
    void read_by_position(const core::Row& row, void* into);
    void read_by_name(const core::Row& row, void* into);

    const RowLayout& layout_;
    const core::TableInfo* model_ = nullptr;  // where a row is one of these and nothing else
    std::vector<int> columns_;                // of the result, for the layout's names
    void* few_[16];  // written by locate(), and not before: zeroing them is a twentieth of reading a row by key
    std::vector<void*> many_;
    void** cells_ = few_;
};

/// Throws UsageError when the columns of a result, which may have no row, are not those of the layout.
void check_columns(const core::Row& row, const RowLayout& layout);

/// Reads the rows of a cursor, by position or by the layout's names. Returns whether there was one.
bool read_rows(core::Cursor& cursor, const RowLayout& layout, Target target);
/// Reads one row by position.
void read_row(const core::Row& row, const RowLayout& layout, Target target);
/// Reads some of a model's columns, which the row holds in this order.
void read_columns(const core::Row& row, const core::TableInfo& table, std::span<const int> columns, void* model);

}  // namespace strata::dal::detail
