#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/ddl.hpp>

#include <string>
#include <vector>

namespace strata::migrate {

/// A table, a column or a label of an enum type that may have been renamed: the models lack it, and have another that
/// is alike and new.
struct RenameCandidate {
    Operation operation;  ///< RenameTable, RenameColumn or RenameEnumLabel
    std::string from;     ///< `songs`, `songs.title` or `status:queued`, as the user names it
    std::string to;       ///< `tracks` or `name`
    std::string reason;   ///< why it is likely: `both are VARCHAR(255)`
    /// Whether dropping it and adding the other would lose what is in it; not of a column that is computed.
    bool loses_values = true;
};

/// Each table and column is in one candidate at most. Two columns are alike if this dialect stores them in the same
/// type and their names are, or if no others of the type come into question; two tables, if most of their columns are
/// the same; two labels, if they have the same place in a type of as many labels.
[[nodiscard]] std::vector<RenameCandidate> rename_candidates(const schema::MetaData& database,
                                                             const schema::MetaData& models,
                                                             const schema::DdlCompiler& ddl);

/// The renames that the models say (renamed_from) and that have not happened yet, then those that a user names, tables
/// first: `songs:tracks`, `songs.title:name` (or `songs.title:tracks.name`, `tracks.title:name`), and of an enum type's
/// label `status:queued:waiting`.
/// Throws UsageError, with one line that says what is wrong, unless the database has the old name and not the new one,
/// and the models the new name and not the old one; and where the models say that a thing of `not_renamed` was renamed.
[[nodiscard]] std::vector<Operation> renames_of(const std::vector<std::string>& texts, schema::MetaData database,
                                                const schema::MetaData& models,
                                                const std::vector<std::string>& not_renamed = {});

/// Throws UsageError where the text, `songs`, `songs.title` or `status:queued`, names nothing that the models lack.
/// Returns it as a candidate names it, with the name that its table has after `renames`.
[[nodiscard]] std::string gone_name(const std::string& text, const std::vector<Operation>& renames,
                                    const schema::MetaData& database, const schema::MetaData& models);

}  // namespace strata::migrate
