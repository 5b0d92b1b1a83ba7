#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Whether the rows of a database let a revision run. `upgrade` and `downgrade` ask before the first statement of each
/// revision; a program may ask by itself.
namespace strata::migrate {

/// What is wrong with rows, or why they could not be asked.
enum class RowFault : std::uint8_t {
    null_value,            ///< NULL, in a column that becomes NOT NULL or a key
    no_value,              ///< rows, in a table that gets a NOT NULL column without a default
    duplicate,             ///< equal values, in what becomes unique
    orphan,                ///< a reference to a row that does not exist
    refused_by_check,      ///< a check is false
    refused_by_exclusion,  ///< two rows that an exclusion constraint does not allow together
    value_does_not_fit,    ///< the new type cannot take the value
    unknown,               ///< the rows are not what they will be when the operation runs
};
/// `null_value`, `duplicate`, ...: the fault's name, which stays as it is.
[[nodiscard]] std::string_view code_of(RowFault fault);

/// A question to the rows as they are before a revision. A plain value; the SQL only reads.
struct RowQuestion {
    RowFault fault = RowFault::unknown;
    std::size_t operation = 0;       ///< the index of the operation that such rows would make fail
    schema::QualifiedName table{};   ///< as it is called before the revision
    std::string subject{};           ///< `column rating` or `check ck_songs_rating`
    std::string problem{};           ///< what is wrong with such rows, in the plural: `hold NULL`
    std::string advice{};            ///< what to do about it
    std::vector<std::string> key{};  ///< the columns of the table's primary key; empty: it has none
    std::string count{};             ///< SQL that counts such rows; empty where the fault is unknown
    std::string keys{};              ///< SQL that lists the keys of up to three of them as text; empty without a key
    /// Statement that counts the rows for which `count` fails, and keeps the result as the database's own part knows;
    /// empty where a failure of `count` says nothing.
    std::string one_by_one{};
};

/// The questions of a revision, in the order of its operations, given the state before it. Pure: it reads no database.
/// What cannot be known before the revision runs, since its own SQL or callbacks may change the rows first, is a
/// question of the fault `unknown`. Operations that do not fit the state are passed over.
[[nodiscard]] std::vector<RowQuestion> row_questions(const std::vector<Operation>& operations,
                                                     const schema::MetaData& before, const core::Dialect& dialect);

/// Rows that stand in a revision's way.
struct RowFinding {
    RowFault fault = RowFault::unknown;
    std::size_t operation = 0;  ///< the index of the operation
    schema::QualifiedName table{};
    std::string subject{};
    std::optional<std::int64_t> rows{};     ///< how many; none where it is not known
    std::vector<std::string> key{};         ///< the columns of the primary key
    std::vector<std::string> key_values{};  ///< of up to three of the rows
    std::string problem{};
    std::string advice{};

    /// `songs, column rating: 2 rows hold NULL (id 4, 7); give them a value before the column becomes NOT NULL`
    [[nodiscard]] std::string text() const;
    bool operator==(const RowFinding&) const = default;
};

/// Asks the rows. Returns what would make the operations fail, and the unknown; nothing where no row is in the way.
/// What the connection's role may not read, or the database does not answer, is passed over: the statements themselves
/// decide then. Changes nothing; inside of an open transaction it sees what that sees. Throws what ends the connection,
/// and Cancelled.
[[nodiscard]] std::vector<RowFinding> preflight(core::Connection& connection, const std::vector<Operation>& operations,
                                                const schema::MetaData& before);
/// The same with questions made before.
[[nodiscard]] std::vector<RowFinding> ask_rows(core::Connection& connection, const std::vector<RowQuestion>& questions);

/// A revision was not started, since rows are in its way. The message names all of them.
class RowsInTheWay : public MigrationError {
public:
    RowsInTheWay(std::string revision, std::vector<RowFinding> findings);
    /// `3f2a9c1b7d04 (20261120_143207_3f2a9c1b7d04_add_genre.cpp)`
    [[nodiscard]] const std::string& revision() const noexcept { return revision_; }
    [[nodiscard]] const std::vector<RowFinding>& findings() const noexcept { return findings_; }

private:
    std::string revision_;
    std::vector<RowFinding> findings_;
};

}  // namespace strata::migrate
