#pragma once

#include "row_plan.hpp"

#include <strata/core/rules.hpp>

#include <span>
#include <string>

namespace strata::dal::detail {

/// Adds what a model's facts and rules refuse in these columns of a row, and what rules about rows do.
void check_members(const core::TableInfo& table, const void* row, std::span<const int> columns,
                   const std::string& prefix, Violations& found, bool rows = true);
/// Throws ValidationError, for a model that has rules, when a row that is to be written breaks any.
void check_rules(const RowPlan& plan, const void* row, std::span<const int> columns);
/// The same for the columns of these that the row does not leave to the database.
void check_set_columns(const RowPlan& plan, const void* row, std::span<const int> columns);
/// The rows of an insert of many. Once one breaks the rules, the rest is checked but not written, and the end throws
/// ValidationError with the faults of all, up to a hundred: `[2].email` is of the third row.
class ManyRules {
public:
    ManyRules(const RowPlan& plan, std::span<const int> columns, RowSource rows)
        : plan_(plan), columns_(columns), rows_(rows) {}
    const void* next();

private:
    const RowPlan& plan_;
    std::span<const int> columns_;
    RowSource rows_;
    std::size_t row_ = 0;
};

/// The same for what a statement assigns: values, that is; nothing is known of other expressions.
void check_assigned(const Request& request);

}  // namespace strata::dal::detail
