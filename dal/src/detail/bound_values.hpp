#pragma once

#include "query_compiler.hpp"

#include <span>

namespace strata::dal::detail {

/// Whether two values of a type are the same to a database.
[[nodiscard]] bool is_equal(const core::TypeInfo& type, const core::Value& left, const core::Value& right);

/// A statement's values in one database's form: patterns are translated, decimals get their column's form, and values
/// to write are checked against their column. Borrows from its fragment.
class BoundValues {
public:
    BoundValues(const Request& request, const QueryCompiler& compiler);
    [[nodiscard]] std::span<const core::Value> get() const { return {values_.data(), values_.size()}; }

private:
    void translate(const core::Fragment& fragment, const QueryCompiler& compiler);
    void fit(const core::Fragment& fragment);

    core::detail::SmallVector<core::Value, 16> values_;
    core::Scratch scratch_;
};

}  // namespace strata::dal::detail
