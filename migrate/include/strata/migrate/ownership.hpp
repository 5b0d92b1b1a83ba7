#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// Whose a database's objects are. Autogenerate changes and drops only what is this history's own.
struct Ownership {
    schema::MetaData history{};          ///< what the revisions made: their replay
    std::vector<schema::Owns> owns{};    ///< what else is owned; each filter alone is enough
    std::vector<std::string> adopted{};  ///< names of things to take in: `songs`, `music.songs`, `songs.genre`
};

/// The database as far as it is ours, and what else is there.
struct Ours {
    schema::MetaData database;
    schema::UnmanagedList left_alone;
    std::vector<std::string> not_found;  ///< of the adopted names, those that nothing in the database has
};

/// Leaves out of `database` what is not ours: a table, a column, a constraint, an index or another object that neither
/// the models have nor the history or a filter says is ours; and a property of ours that neither the models nor the
/// history say, which gets the models' value. What is left can be compared with the models in full.
[[nodiscard]] Ours ours_of(const schema::MetaData& database, const schema::MetaData& models, const Ownership& ownership,
                           const schema::DdlCompiler& ddl);

/// The name under which a revision keeps a dropped table or column, at most 63 bytes: `_dropped_genre_3f2a9c1b7d04`.
[[nodiscard]] std::string kept_name(std::string_view name, std::string_view revision);
/// Whether it is such a name.
[[nodiscard]] bool is_kept_name(std::string_view name);

}  // namespace strata::migrate
