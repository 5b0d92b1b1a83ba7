#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a project decides about its comparisons: what takes part, what counts as a difference, and what becomes of the
/// operations. What Alembic has as include_name, include_object, compare_type, compare_server_default and
/// process_revision_directives.
namespace strata::migrate {

/// A thing that the database or the models have.
struct ComparedThing {
    /// `table`, `column`, `index`, `unique`, `foreign key`, `check`, `exclude`, `primary key`, or an object's kind:
    /// `view`, `enum type`.
    std::string_view kind;
    std::string name;               ///< as it is there, without its schema
    schema::QualifiedName table{};  ///< the table, or the one that it is a part of; an object's own name
};

/// Each function may be empty. They are called in one thread while `check` and `migrate` compare, must not change
/// anything, and end the command with what they throw.
struct CompareOptions {
    /// False: the thing takes no part, as though neither side had it. A table's parts are asked about only if it is.
    std::function<bool(const ComparedThing& thing)> include_name{};
    /// The same with the table in full, on both sides where both have it, else null. Not called for objects that are no
    /// tables nor parts of one.
    std::function<bool(const ComparedThing& thing, const schema::Table* database, const schema::Table* models)>
        include_object{};
    /// Whether the types of a column that both sides have differ: true or false, or std::nullopt for Strata's own
    /// comparison.
    using CompareColumn = std::function<std::optional<bool>(const schema::Table& table, const schema::Column& database,
                                                            const schema::Column& models)>;
    CompareColumn compare_type{};
    CompareColumn compare_server_default{};
    /// Changes the operations of the upgrade before they are printed, reversed and written. It may leave none.
    std::function<void(std::vector<Operation>& operations)> process{};
};

/// Leaves out of both sides what takes no part.
void leave_out(schema::MetaData& database, schema::MetaData& models, const CompareOptions& options);
/// Lets the project's own comparisons decide about types and defaults of columns, then about the whole.
void apply_options(std::vector<Operation>& operations, const schema::MetaData& database, const schema::MetaData& models,
                   const CompareOptions& options);

}  // namespace strata::migrate
