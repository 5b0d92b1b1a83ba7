#include "driver.hpp"

#include <strata/core/detail/small_vector.hpp>

#include <vector>

namespace strata::core::detail {

bool PreparedStatement::first(std::span<const Value> values, FunctionRef<void(const Row&)> row) {
    const struct Finish {
        PreparedStatement& statement;
        ~Finish() { statement.finish(); }
    } finish{*this};
    run(values, Fetch::buffered);
    if (!step()) return false;
    row(this->row());
    return true;
}

Executed PreparedStatement::execute_row(const MemberValues& values) {
    SmallVector<Value, 24> made;
    for (const MemberField& field : values.fields) made.push_back(use_member(field, values.row, ValueOfMember()));
    return execute({made.data(), made.size()});
}

void PreparedStatement::run_each(std::size_t width, FunctionRef<bool(std::span<Value>)> next,
                                 const EachResult& result) {
    std::vector<Value> values(width);
    while (next(values)) {
        run(values, Fetch::buffered);
        while (step()) result.row(row());
        const std::int64_t rows = affected();
        finish();
        result.end(rows);
    }
}

std::int64_t Driver::bulk_insert_rows(const QualifiedName& table, std::span<const std::string_view> columns,
                                      std::span<const MemberField> fields, FunctionRef<const void*()> next_row) {
    return bulk_insert(table, columns, [&](std::span<Value> values) {
        const void* const row = next_row();
        if (row == nullptr) return false;
        for (std::size_t i = 0; i < fields.size(); ++i) values[i] = use_member(fields[i], row, ValueOfMember());
        return true;
    });
}

}  // namespace strata::core::detail
