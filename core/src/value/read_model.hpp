#pragma once

#include <strata/core/codec.hpp>
#include <strata/core/facts.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace strata::core::detail {

/// Reads the columns of a model from a row of the class R, whose functions are called directly: two calls through
/// pointers for each cell are a tenth of reading a row. `direct_cell(column)` gives a cell with is_null(), boolean(),
/// integer(), real() and text().
template <class R>
class ModelReader {
public:
    explicit ModelReader(const R& row) : row_(row) {}

    void read(int first, const TableInfo& table, void* model) const {
        const ColumnInfo* const columns = table.columns;
        const int count = table.column_count;
        for (int i = 0; i < count; ++i)
            read_cell(first + i, *columns[i].type, static_cast<char*>(model) + columns[i].offset);
    }

private:
    void read_cell(int column, const TypeInfo& type, void* object) const {
        if (!type.direct) {
            type.read(row_, column, object);
            return;
        }
        switch (type.kind) {
            case TypeKind::boolean:
                read_direct<bool>(column, type.nullable, object, [](const auto& cell) { return cell.boolean(); });
                break;
            case TypeKind::integer:
                read_direct<std::int32_t>(column, type.nullable, object, [&](const auto& cell) {
                    const std::int64_t value = cell.integer();
                    const auto narrow = static_cast<std::int32_t>(value);
                    if (narrow != value) [[unlikely]]
                        type.read(row_, column, object);  // throws, and says why
                    return narrow;
                });
                break;
            case TypeKind::big_integer:
                read_direct<std::int64_t>(column, type.nullable, object,
                                          [](const auto& cell) { return cell.integer(); });
                break;
            case TypeKind::double_precision:
                read_direct<double>(column, type.nullable, object, [](const auto& cell) { return cell.real(); });
                break;
            default:
                read_direct<std::string>(column, type.nullable, object, [](const auto& cell) { return cell.text(); });
        }
    }
    template <class T, class Read>
    void read_direct(int column, bool nullable, void* object, const Read& read) const {
        const auto cell = row_.direct_cell(column);
        if (!nullable) {
            *static_cast<T*>(object) = read(cell);
            return;
        }
        auto& value = *static_cast<std::optional<T>*>(object);
        if (cell.is_null())
            value.reset();
        else
            value = read(cell);
    }

    const R& row_;
};

}  // namespace strata::core::detail
