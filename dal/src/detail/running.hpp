#pragma once

#include "filters.hpp"
#include "query_compiler.hpp"

#include <strata/dal/detail/backend.hpp>

#include <string>
#include <string_view>

namespace strata::dal::detail {

/// Writes the SQL of a statement when a connection does not have it yet.
struct Rendering {
    const QueryCompiler& compiler;
    const Request& request;
    [[nodiscard]] std::string operator()() const { return compiler.compile(request); }
};

[[nodiscard]] core::Intent intent_of(const Call& call);
/// What raw SQL does, as far as its words tell.
[[nodiscard]] core::Intent intent_of(std::string_view sql, const QueryCompiler& compiler);

/// What is known of a statement when it fails.
struct Ran {
    Ran() = default;
    // NOLINTBEGIN(google-explicit-constructor): what is written is all that is known
    Ran(const Request& request) : table(request.source == nullptr ? nullptr : request.source->table) {}
    Ran(const core::TableInfo& written) : table(&written) {}
    // NOLINTEND(google-explicit-constructor)

    static Ran raw() {
        Ran ran;
        ran.typed = false;
        return ran;
    }

    bool typed = true;                       ///< it is not raw SQL
    const core::TableInfo* table = nullptr;  ///< that it writes
};

/// Throws the error that is being handled again: that of a missing table, or of a missing column of a typed statement,
/// says that a migration may not have run; a violation has the columns that the model tells.
[[noreturn]] void rethrow_explained(const Error& error, const Ran& ran);

/// Throws UsageError for raw SQL that reads `*` into a std::tuple.
void refuse_star(std::string_view sql, const QueryCompiler& compiler, const RowLayout& layout);

}  // namespace strata::dal::detail
