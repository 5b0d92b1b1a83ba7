#pragma once

#include "migrate_rebuild_support.hpp"
#include "support/database.hpp"

#include <strata/migrate/operations.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <string>
#include <vector>

/// Autogenerate's proof: a state in the database, models that differ, and what must be found, carried out and taken
/// back.
namespace strata::test {

/// Says tables by the words of a revision.
using Recorder = std::function<void(migrate::Operations&)>;
[[nodiscard]] schema::MetaData recorded(const Recorder& record);

struct MatrixCase {
    std::string name;
    Recorder before{};                 ///< the models that make the database; none: `made` does
    std::string made{};                ///< SQL that makes the database, for the shell
    Recorder after{};                  ///< the models that it is compared with
    std::vector<std::string> found{};  ///< the operations, as `check` lists them
    std::string rows{};                ///< SQL that writes rows before the upgrade
    std::string kept{};   ///< a query that gives the same before the upgrade, after it and after the downgrade
    std::string works{};  ///< SQL that runs in each of these states
    std::vector<std::string> renames{};  ///< what the user decides on, as `--rename` takes it
};

/// Makes the state in the database, which is empty, and goes to the models, back and there again. Nothing is found
/// after an upgrade, in the database and by replay; after a downgrade the database's own tools dump what they dumped
/// before.
void go_through(const TestDatabase& db, const MatrixCase& each);
/// The same for several cases, each in an empty database.
void go_through(TestDialect dialect, const std::vector<MatrixCase>& cases);

/// The revision that one database's autogenerate writes goes there and back on the other, and leaves nothing to find
/// there. Cases made by models.
void go_through_by_the_other(const std::vector<MatrixCase>& cases);

// The cases that both databases can say.
[[nodiscard]] std::vector<MatrixCase> matrix_of_rows();
[[nodiscard]] std::vector<MatrixCase> matrix_of_foreign_keys();
[[nodiscard]] std::vector<MatrixCase> matrix_of_generated_columns();
[[nodiscard]] std::vector<MatrixCase> matrix_of_types();
[[nodiscard]] std::vector<MatrixCase> matrix_of_index_names();
[[nodiscard]] std::vector<MatrixCase> matrix_of_keys();

}  // namespace strata::test
