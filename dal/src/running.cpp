#include "detail/running.hpp"

#include "detail/select_list.hpp"
#include "detail/violated_columns.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>

namespace strata::dal::detail {

core::Intent intent_of(const Call& call) {
    return reads(call.request().verb) && !call.writes() ? core::Intent::read : core::Intent::write;
}

core::Intent intent_of(std::string_view sql, const QueryCompiler& compiler) {
    return core::detail::only_reads(sql, compiler.dialect.lexis()) ? core::Intent::read : core::Intent::write;
}

void rethrow_explained(const Error& error, const Ran& ran) {
    const bool explained = dynamic_cast<const NoSuchTable*>(&error) != nullptr ||
                           (ran.typed && dynamic_cast<const NoSuchColumn*>(&error) != nullptr);
    if (explained) error.raise_again(std::string(error.what()) + "; run db_migrate.sh upgrade", error.details());
    if (ran.table != nullptr && !error.constraint().empty() && error.columns().empty()) {
        ErrorDetails details = error.details();
        add_columns(details, *ran.table);
        error.raise_again(error.what(), details);
    }
    throw;
}

void refuse_star(std::string_view sql, const QueryCompiler& compiler, const RowLayout& layout) {
    const bool tuple = layout.names == nullptr && layout.locate != nullptr;
    if (!tuple || !selects_star(sql, compiler.dialect.lexis())) return;
    throw UsageError(
        "a std::tuple is read by position, and what * stands for changes with the table; name the columns, or read "
        "into "
        "a described struct");
}

}  // namespace strata::dal::detail
