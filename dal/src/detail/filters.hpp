#pragma once

#include "bound_values.hpp"

#include <optional>
#include <span>
#include <vector>

namespace strata::dal::detail {

/// A condition on the rows of a table that every statement keeps to.
struct Filter {
    const core::SourceInfo* table;
    core::Fragment condition;
    /// A column that has one value in every row that the condition holds for, so every row written gets it.
    struct Fixed {
        int column;
        std::size_t value;  ///< its position among the condition's
    };
    std::vector<Fixed> fixed{};
};

/// The filters of a Database. They become part of a statement before anything is looked up by it.
class Filters {
public:
    [[nodiscard]] bool empty() const noexcept { return filters_.empty(); }
    [[nodiscard]] bool has(const core::TableInfo& table) const { return !filters_.empty() && any_of(table); }
    /// Whether a filter fixes this column's value.
    [[nodiscard]] bool gives(const core::SourceInfo& source, int column) const;
    /// These filters and one more.
    [[nodiscard]] Filters with(const core::SourceInfo& table, const core::Fragment& condition) const;
    /// The request's fragment with the filters at each of its sources: in WHERE, and in ON for a join.
    [[nodiscard]] core::Fragment apply(const Request& request) const;

private:
    [[nodiscard]] bool any_of(const core::TableInfo& table) const;
    void add_conditions(core::Fragment& out, const core::SourceInfo& source, core::Op with) const;
    void refuse_assignment(const core::SourceInfo& source, int index) const;
    void add_assignments(core::Fragment& out, const core::SourceInfo& source) const;

    std::vector<Filter> filters_;
};

/// A request as it runs: with its filters, its values and its shape.
class Call {
public:
    Call(const Request& request, const Filters& filters, const QueryCompiler& compiler);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    [[nodiscard]] const Request& request() const { return request_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::span<const core::Value> values() const { return values_.get(); }
    /// Whether rows that the request reads are locked.
    [[nodiscard]] bool locks() const { return locks_; }
    /// Whether a query inside of the request writes.
    [[nodiscard]] bool writes() const { return writes_; }

private:
    const core::Fragment& shared(const Request& request);

    bool locks_ = false;
    bool writes_ = false;
    std::optional<core::Fragment> made_;  // instead of the request's fragment, where filters or shared values change it
    Request request_;
    BoundValues values_;
    Shape shape_;
};

/// The same for a statement about one row. Without filters it is the plan's own.
class RowCall {
public:
    RowCall(const RowPlan& plan, Verb verb, const Filters& filters, const QueryCompiler& compiler);
    /// Of the columns that the request's fragment has row values for.
    RowCall(const RowPlan& plan, const Request& request, const Filters& filters, const QueryCompiler& compiler);
    RowCall(const RowCall&) = delete;
    RowCall& operator=(const RowCall&) = delete;

    [[nodiscard]] const RowColumns& columns() const { return own_ && own_->columns ? *own_->columns : *planned_; }
    /// The members that are its values, where there is nothing else to write and they are written as they are in the
    /// row; else empty.
    [[nodiscard]] std::span<const core::detail::MemberField> fields() const {
        return own_ ? std::span<const core::detail::MemberField>() : planned_->fields;
    }
    [[nodiscard]] Request request() const;
    [[nodiscard]] const Shape& shape() const { return own_ ? own_->call.shape() : planned_->shape; }
    /// The values that follow the row's.
    [[nodiscard]] std::span<const core::Value> values() const {
        return own_ ? own_->call.values() : std::span<const core::Value>();
    }
    /// Columns that filters give a value, in the order of values().
    [[nodiscard]] std::span<const int> fixed() const { return own_ ? own_->fixed : std::span<const int>(); }

private:
    struct Own {
        Own(const Request& request, bool planned, const Filters& filters, const QueryCompiler& compiler);
        Call call;
        std::optional<RowColumns> columns;  // where they are not the plan's
        std::vector<int> fixed;
    };
    const RowPlan* plan_;
    const RowStatement* planned_ = nullptr;
    std::optional<Own> own_;
};

}  // namespace strata::dal::detail
