#pragma once

#include "foreign.hpp"
#include "foreign_sql.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Readers of other tools' histories, one for each. They read files, and run Alembic; they open no database. Each
/// throws MigrationError or UsageError, in one line with the file's name, for what it does not understand.
namespace strata::migrate::adopt {

struct AlembicOptions {
    std::filesystem::path path;       ///< the folder `versions`, or the one that it is in
    std::filesystem::path ini{};      ///< empty: alembic.ini of `path` or of a folder above
    std::string program = "alembic";  ///< what is run
    std::string version_table = "alembic_version";
};
/// The SQL of the versions is what `alembic upgrade --sql` and `downgrade --sql` print. A version whose downgrade
/// Alembic cannot print has none here, and a note.
[[nodiscard]] ForeignHistory read_alembic(const AlembicOptions& options, const core::Dialect& dialect);

/// The versions of a folder without their SQL, which nothing has run yet.
[[nodiscard]] std::vector<ForeignVersion> read_alembic_files(const std::filesystem::path& versions);

/// Flyway's migrations of a folder and those below it, with its default names: V1_2__text.sql, U1_2__text.sql,
/// R__text.sql, B1_2__text.sql. The placeholders are those of `${name}`.
[[nodiscard]] ForeignHistory read_flyway(const std::filesystem::path& folder,
                                         const std::map<std::string, std::string>& placeholders,
                                         const core::Dialect& dialect);

/// Files of SQL whose names begin with a number: 001_text.sql, or 001_text.up.sql with 001_text.down.sql.
[[nodiscard]] ForeignHistory read_numbered(const std::filesystem::path& folder, const core::Dialect& dialect);

/// A version of numbers as it is compared: without zeros before its numbers, and without `.0` at the end; `01_2.0` is
/// `1.2`. Empty where the text is not numbers parted by dots or underscores.
[[nodiscard]] std::string normal_version(std::string_view text);
/// Whether one normal version comes before another.
[[nodiscard]] bool version_before(std::string_view one, std::string_view other);
/// The instant that a number says which is a date, `20200131` or `20200131142030`; std::nullopt for others.
[[nodiscard]] std::optional<std::chrono::sys_seconds> date_of_number(std::string_view digits);

}  // namespace strata::migrate::adopt
