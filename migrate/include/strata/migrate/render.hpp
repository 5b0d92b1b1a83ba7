#pragma once

#include <strata/migrate/operation.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace strata::migrate {

/// The contents of a revision's file.
struct RevisionText {
    std::string id;
    std::vector<std::string> revises;
    std::string message;
    std::vector<Operation> upgrade;
    std::vector<Operation> downgrade;
    std::vector<std::string> upgrade_notes{};  ///< a comment before each operation of the upgrade, or empty
    std::vector<std::string> labels{};         ///< of the branch that begins with it
    std::vector<std::string> depends_on{};
    std::vector<std::string> replaces{};
    bool reversible = true;  ///< false: it has no downgrade
};

/// The file's text: C++ that compiles without a warning and records exactly these operations. Throws UsageError for
/// Run, since a callback has no text.
[[nodiscard]] std::string render_revision(const RevisionText& revision);
/// One operation as a statement on `op`, without indentation: `op.drop_column("songs", "genre");`
[[nodiscard]] std::string render_operation(const Operation& operation);

/// Returns 12 random hexadecimal digits.
[[nodiscard]] std::string random_revision_id();
/// How revisions' files are named. In the place of {date}, {time}, {id}, {slug}, {year}, {month}, {day}, {hour},
/// {minute} and {second} there is what they say, in UTC; `.cpp` follows.
inline constexpr std::string_view default_file_template = "{date}_{time}_{id}_{slug}";
/// `20261120_143207_3f2a9c1b7d04_add_genre_to_songs.cpp`. Throws UsageError for a template in which the id cannot be
/// found again: the first part of 12 hexadecimal digits between `_`, `.` and `-`.
[[nodiscard]] std::string revision_file_name(std::chrono::system_clock::time_point when, std::string_view id,
                                             std::string_view message,
                                             std::string_view file_template = default_file_template);
/// The id in a revision's file name: its first part of 12 hexadecimal digits; empty where there is none.
[[nodiscard]] std::string id_in_file_name(std::string_view name);
/// Writes the revision's file into an existing folder and never overwrites a file. Throws MigrationError.
std::filesystem::path write_revision(const std::filesystem::path& directory, const RevisionText& revision,
                                     std::string_view file_template = default_file_template);

}  // namespace strata::migrate
