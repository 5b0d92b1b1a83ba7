#pragma once

#include "file_changes.hpp"
#include "foreign.hpp"

#include <strata/core/dialect.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate::adopt {

/// A file of a revision that was a version of another tool.
struct AdoptedFile {
    std::string id;
    std::string name;      ///< 20200131_142030_ae1027a6acf1_add_genre.sql
    std::string header;    ///< the lines before its sections
    std::string sections;  ///< its SQL, for one kind of database
    [[nodiscard]] std::string text() const { return header + sections; }
};

/// The id of the revision for a version: an id of Alembic that fits into a file's name stays; any other is made of the
/// version's name, the same each time.
[[nodiscard]] std::string adopted_id(std::string_view tool, const std::string& version);

/// The files for all versions, in the order of the versions, which the names have too. Their SQL is for one kind of
/// database. Throws MigrationError where they would not be the history that was read.
[[nodiscard]] std::vector<AdoptedFile> adopted_files(const ForeignHistory& history, const core::Dialect& dialect);

/// What writes them into a folder without revisions; returns the paths. Where all are there already, adopted for the
/// other kind of database, what adds their sections for this kind to them. Throws MigrationError.
std::vector<std::filesystem::path> add_files(FileChanges& changes, const std::filesystem::path& folder,
                                             const std::vector<AdoptedFile>& files, const core::Dialect& dialect);

}  // namespace strata::migrate::adopt
