#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/value_text.hpp>
#include <strata/schema/table.hpp>

#include <algorithm>

namespace strata::schema {
namespace {

using core::ColumnInfo;
using core::TableInfo;
using core::Value;

class RowReader {
public:
    explicit RowReader(const TableInfo& model) : model_(model) {}

    SeedRows read(const void* fresh, const std::vector<const void*>& rows) const {
        const core::Facts& facts = model_.facts();
        SeedRows list;
        list.table = model_.qualified_name();
        for (const int position : facts.primary_key) list.key.emplace_back(model_.column(position).name);
        if (list.key.empty()) fail("it has no primary key, by which its rows are told apart");
        std::vector<int> positions;
        for (int i = 0; i < model_.column_count; ++i) {
            const auto& column = facts.columns[static_cast<std::size_t>(i)];
            const bool key = core::internal::contains(list.key, std::string(model_.column(i).name));
            const bool left_to_database =
                (column.server_made() || model_.column(i).type->is_unset != nullptr) && !key &&
                std::ranges::all_of(rows, [&](const void* row) { return same(row, fresh, i); });
            if (column.computed || left_to_database) continue;
            positions.push_back(i);
            list.columns.emplace_back(model_.column(i).name);
        }
        for (const void* row : rows) {
            std::vector<Literal> values;
            values.reserve(positions.size());
            for (const int position : positions) values.push_back(value(row, model_.column(position)));
            if (list.find(list.key_of(values)) != nullptr) fail("two of them have the same key");
            list.rows.push_back(std::move(values));
        }
        return list;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw UsageError("rows of model " + std::string(model_.model) + " (table " + model_.name + "): " + what);
    }
    [[nodiscard]] static bool unset(const void* row, const ColumnInfo& column) {
        return column.type->is_unset != nullptr && column.type->is_unset(member(row, column));
    }
    static const void* member(const void* row, const ColumnInfo& column) {
        return static_cast<const std::byte*>(row) + column.offset;
    }
    [[nodiscard]] bool same(const void* left, const void* right, int position) const {
        const ColumnInfo& column = model_.column(position);
        if (unset(left, column) || unset(right, column)) return unset(left, column) == unset(right, column);
        return value(left, column) == value(right, column);
    }
    [[nodiscard]] Literal value(const void* row, const ColumnInfo& column) const {
        if (unset(row, column))
            fail("one leaves column " + std::string(column.name) + " to the database and another one does not");
        core::Scratch scratch;
        const Value value = column.type->view(member(row, column), scratch);
        switch (value.kind()) {
            case Value::Kind::null:
                return nullptr;
            case Value::Kind::boolean:
                return value.number() != 0;
            case Value::Kind::integer:
                return value.number();
            case Value::Kind::real:
                return value.floating();
            case Value::Kind::text:
                return std::string(value.chars());
            case Value::Kind::bytes:
            case Value::Kind::json:
            case Value::Kind::array:
                fail("column " + std::string(column.name) +
                     " has JSON, bytes or an array, which a list of rows cannot keep; insert it in a revision");
            case Value::Kind::numeric:
            case Value::Kind::date:
            case Value::Kind::time:
            case Value::Kind::timestamp:
            case Value::Kind::timestamptz:
            case Value::Kind::uuid:
                break;
        }
        std::string text;
        core::detail::append_canonical(text, value);
        return text;
    }

    const TableInfo& model_;
};

}  // namespace

SeedRows rows_of(const core::TableInfo& model, const void* fresh, const std::vector<const void*>& rows) {
    return RowReader(model).read(fresh, rows);
}

}  // namespace strata::schema
