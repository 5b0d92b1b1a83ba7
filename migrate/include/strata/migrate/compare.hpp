#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

/// The operations that turn `database` into `models`, in an order that runs: autogenerate writes them and `check` lists
/// them. Everything is compared as this dialect stores it, expressions by `comparer`, and everything in the database is
/// taken as ours; ours_of() says what is. Empty when there is no difference.
[[nodiscard]] std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                                      const schema::DdlCompiler& ddl,
                                                      schema::ExpressionComparer& comparer);

/// What the models say otherwise than the history, and this database does not keep: on SQLite the comments, the names
/// of enum types, the width of a numbered key. It changes nothing here and is written for the databases that keep it.
/// `state` is the history after the operations of compare_metadata().
[[nodiscard]] std::vector<Operation> unkept_differences(const schema::MetaData& state, const schema::MetaData& models,
                                                        const schema::DdlCompiler& ddl);

/// The operations that turn `database` into `wanted` as a script for psql or sqlite3 that stops at the first failure
/// and then has changed nothing; what may lose rows is a comment. Reads the database and changes nothing. Empty when
/// there is no difference.
[[nodiscard]] std::string change_script(core::Connection& connection, const schema::MetaData& database,
                                        const schema::MetaData& wanted);

/// The statements that create what `metadata` says in an empty database, in one transaction, as a script for psql or
/// sqlite3. What the metadata names as unmanaged, and its notes, are comments at the end. `opening` are statements that
/// come first in the transaction.
[[nodiscard]] std::string create_script(const schema::MetaData& metadata, const core::Dialect& dialect,
                                        const std::vector<std::string>& opening = {});

}  // namespace strata::migrate
