#pragma once

#include <strata/core/error.hpp>
#include <strata/dal/database.hpp>

#include <span>
#include <vector>

namespace strata::dal {

/// The database does not fit the program: a table or a column is missing or of another type, or the migrations that the
/// program was built with have not been applied.
class SchemaMismatch : public core::detail::ErrorOf<SchemaMismatch> {
public:
    using ErrorOf::ErrorOf;
};

/// The migrations that a program was built with, from the CMake function strata_expect_migrations(); without it there
/// are none.
struct ExpectedMigrations {
    std::span<const std::string_view> revisions{};  ///< all of their ids
    std::span<const std::string_view> heads{};      ///< those that no other one revises
    std::string_view schema{};                      ///< of the version table; empty: the connection's current one
    std::string_view version_table{};
};
[[nodiscard]] const ExpectedMigrations& expected_migrations();

namespace detail {

/// Throws SchemaMismatch, which says all that does not fit.
void verify(Backend& backend, std::span<const core::TableInfo* const> tables);

}  // namespace detail

template <class... Table>
void Database::verify(const Table&...) const {
    static_assert((detail::table_handle<Table> && ...), "strata: verify() takes tables: db.verify(users, songs)");
    if constexpr ((detail::table_handle<Table> && ...)) {
        const std::vector<const core::TableInfo*> tables{&core::table_info<typename Table::strata_model>()...};
        detail::verify(*backend_, tables);
    }
}

}  // namespace strata::dal
