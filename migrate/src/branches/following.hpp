#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

/// Lets the operations of one branch follow what another branch, which now runs before it, has renamed. One object
/// takes the operations of the branch in order.
class Following {
public:
    /// `theirs` are the other branch's operations.
    explicit Following(const std::vector<Operation>& theirs);

    /// The operation under the names that hold now. `before` is the state before it where its own branch is alone.
    /// Throws MigrationError where SQL in it may mean a renamed thing or another one.
    [[nodiscard]] Operation followed(Operation operation, const schema::MetaData& before);

private:
    struct Rename {
        schema::QualifiedName table;
        std::string column;  ///< empty: the table itself
        std::string to;
    };
    void forget(const schema::QualifiedName& table, const std::string& column);

    std::vector<Rename> renames_;
};

/// What a list of enum labels becomes where two branches change it: their labels, with those that mine adds beside the
/// neighbours that they have in mine, and without those that mine drops.
[[nodiscard]] std::vector<std::string> joined_labels(const std::vector<std::string>& before,
                                                     const std::vector<std::string>& mine,
                                                     const std::vector<std::string>& theirs);

}  // namespace strata::migrate
