#include "index_marks.hpp"

#include "identifiers.hpp"

#include <strata/core/detail/sql_lexer.hpp>

namespace strata::migrate::detail {

using schema::Table;

void IndexMarks::forget(Table& table) const {
    if (cluster_on) table.cluster_on.clear();
    if (replica_identity) table.replica_identity.clear();
}

void IndexMarks::rename(Table& table, const std::string& index) const {
    if (cluster_on) table.cluster_on = index;
    if (replica_identity) table.replica_identity = "USING INDEX " + quoted(index);
}

void IndexMarks::say_in(schema::TablePatch& patch, const Table& table) const {
    if (cluster_on) patch.set(&Table::cluster_on, table.cluster_on);
    if (replica_identity) patch.set(&Table::replica_identity, table.replica_identity);
}

IndexMarks marks_of(const Table& table, const std::string& index) {
    IndexMarks marks;
    marks.cluster_on = table.cluster_on == index;
    core::detail::SqlLexer lexer(table.replica_identity, core::detail::postgresql_lexis);  // USING INDEX name
    marks.replica_identity =
        lexer.next().is("USING") && lexer.next().is("INDEX") && core::detail::name_value(lexer.next()) == index;
    return marks;
}

}  // namespace strata::migrate::detail
