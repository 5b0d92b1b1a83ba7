#pragma once

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strata::core {
class Dialect;
}

/// What a revision runs on one database, as data: printing, running and reviewing read the same statements.
namespace strata::migrate {

enum class StatementKind : std::uint8_t {
    ddl,        ///< changes the schema
    data,       ///< writes rows
    setting,    ///< changes a setting of the session
    assertion,  ///< a SELECT that counts what is in the way; where it is not 0, the revision fails
    user,       ///< SQL that the revision's author wrote: it may be a script of several statements
    callback,   ///< the revision's own code, which has no SQL
    comment     ///< a line for the reader of a script; `sql` is its text
};

/// How far a statement keeps others out of a table while its transaction is open.
/// https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES
struct Lock {
    std::string level;  ///< `ACCESS EXCLUSIVE`
    schema::QualifiedName table;
    bool operator==(const Lock&) const = default;
};

/// The operations that a statement carries out, wholly or in part.
struct Place {
    std::size_t first = 0;  ///< index of the first operation
    std::size_t last = 0;   ///< index of the last one
    std::string about{};    ///< where they are several: `change table songs`
};

struct Statement {
    std::string sql;  ///< without a final semicolon; of a callback what describe() says of it, if it has a name
    StatementKind kind = StatementKind::ddl;
    bool alone = false;  ///< what it does can be used only after its transaction: it has one of its own
    Place place{};
    std::vector<Lock> locks{};  ///< as far as they are known
    /// What is in the way where an assertion counts more than 0, for `counted`.
    std::string refusal{};
    /// A copy under which the table's rows are written, and the table: a message names the table.
    std::pair<std::string, std::string> copy{};
    /// The rows of `data` whose values are bound as it runs; `sql` has them as literals.
    std::optional<BulkInsert> rows{};
    std::function<void(core::Connection&)> callback{};
};

/// Statements that run in one transaction, or one that cannot run in a transaction with others.
struct Phase {
    bool transactional = true;
    std::vector<Statement> statements;
};

/// In order; one that is alone parts those around it.
[[nodiscard]] std::vector<Phase> phases_of(std::vector<Statement> statements);

/// Replaces `{n}` by the number, and `{row|rows}` by the first word where it is 1, else by the second.
[[nodiscard]] std::string counted(const std::string& text, const std::string& number);

/// A statement that the database keeps as text: an entry of SQLite's schema table.
struct StoredObject {
    std::string type;  ///< table, index, view, trigger
    std::string name;
    std::string table;  ///< the table that it belongs to
    std::string sql;    ///< empty where SQLite made it for a constraint
    bool operator==(const StoredObject&) const = default;
};

/// The shape of a database at one moment, without its rows: all that a plan is made from.
struct Snapshot {
    schema::MetaData metadata{};
    /// SQLite: all that its schema table holds, in the order of creation. A changed table keeps its clauses, triggers
    /// and views as they stand there. Unset: what creating `metadata` makes.
    std::optional<std::vector<StoredObject>> stored{};
    std::vector<std::string> analyzed{};  ///< SQLite: the tables with statistics for the query planner
    std::vector<std::string> shadows{};   ///< SQLite: the tables that belong to a virtual one
};

/// Reads the shape of a database. Runs in the open transaction, if there is one.
[[nodiscard]] Snapshot read_snapshot(core::Connection& connection);

/// The statements that carry out the operations on a database of this shape. Reads no database: it is the plan that
/// `upgrade` runs, `--sql` writes and `plan` shows. After the user's own SQL or code the rest is planned as though
/// that changed no schema. Throws MigrationError for an operation that does not fit the shape.
[[nodiscard]] std::vector<Phase> plan(const Snapshot& snapshot, const std::vector<Operation>& operations,
                                      const core::Dialect& dialect);

}  // namespace strata::migrate
