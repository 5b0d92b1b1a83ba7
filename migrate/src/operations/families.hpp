#pragma once

#include "operations/unread.hpp"

#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <optional>
#include <string>
#include <vector>

/// PostgreSQL hands down what is said of a partitioned table, or of one that others inherit from. An operation on it
/// therefore changes other tables too. https://www.postgresql.org/docs/15/ddl-partitioning.html
namespace strata::migrate {

/// The tables that are partitions of the table or inherit from it, and those of these and so on, each after those that
/// it comes from.
[[nodiscard]] std::vector<const schema::Table*> descendants(const schema::MetaData& state,
                                                            const schema::QualifiedName& table);
/// The part of a column's change that the descendants' columns get too.
[[nodiscard]] schema::ColumnPatch handed_down(const schema::ColumnPatch& patch);
/// The column that the descendants get when the table is given this one.
[[nodiscard]] schema::Column handed_down(const schema::Column& column, const schema::Table& descendant);

/// Changes the descendants of the operation's table in the state as the database does when the operation runs: the one
/// before the operation is applied to its own table, the other after that.
void take_from_descendants(schema::MetaData& state, const Operation& operation);
void hand_down(schema::MetaData& state, const Operation& operation, Unread& unread);
/// The reverse of an operation, completed by what the descendants of its table had otherwise.
[[nodiscard]] std::vector<Operation> with_descendants(const Operation& operation, std::vector<Operation> reversed,
                                                      const schema::MetaData& before);

/// A constraint or an index of a table, by its name.
struct Piece {
    enum class Kind { index, primary_key, unique, check, foreign_key };
    Kind kind;
    std::string name;
    bool operator==(const Piece&) const = default;
};
[[nodiscard]] std::vector<Piece> pieces_of(const schema::Table& table);
/// What makes the table's piece of that name; nothing where it has none.
[[nodiscard]] std::optional<Operation> making(const schema::Table& table, const Piece& piece);
/// The partitioned table's piece that the partition's one is a part of, so that it comes and goes with it.
[[nodiscard]] std::optional<Piece> whole_of(const schema::Table& parent, const schema::Table& partition,
                                            const Piece& piece);

/// A partition's part of an index or a constraint is gone with the whole, so it is not dropped by itself; and what
/// would be made again only to be dropped is not made. `state` is the one before the list.
void leave_out_lost_parts(std::vector<Operation>& list, schema::MetaData state);

}  // namespace strata::migrate
