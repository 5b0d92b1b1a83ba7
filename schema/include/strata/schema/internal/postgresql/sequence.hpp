#pragma once

#include <strata/schema/metadata.hpp>

#include <string>
#include <vector>

/// Sequences, and the numbering of columns by them. https://www.postgresql.org/docs/15/sql-createsequence.html,
/// https://www.postgresql.org/docs/15/sql-altersequence.html
namespace strata::schema::postgresql::statements {

/// CREATE SEQUENCE for a serial column, and what makes it the column's.
[[nodiscard]] std::string create_sequence(const Table& table, const Column& column);
[[nodiscard]] std::string own_sequence(const Table& table, const Column& column);
/// What a column's definition says of its numbering, with a space before; empty for a column that is not numbered.
[[nodiscard]] std::string numbering(const Table& table, const Column& column);

// Actions of ALTER TABLE.
[[nodiscard]] std::string add_identity(const Table& table, const Column& column);
[[nodiscard]] std::string set_serial_default(const Table& table, const Column& column);
[[nodiscard]] std::string drop_identity(const std::string& column);

// The column's sequence is found by the server, since it keeps its name when the table or the column gets another.
/// Drops the sequence, if the column owns one.
[[nodiscard]] std::string drop_owned_sequence(const QualifiedName& table, const std::string& column);
/// Makes a new sequence go on after the highest number of the column.
[[nodiscard]] std::string count_from_highest(const QualifiedName& table, const std::string& column);
/// The same for one that may have counted further.
[[nodiscard]] std::string count_past_highest(const QualifiedName& table, const std::string& column);
/// The comment of the column's sequence; an empty one is removed.
[[nodiscard]] std::string comment_on_sequence_of(const QualifiedName& table, const std::string& column,
                                                 const Identity& identity);

/// The statements that give a sequence the options of `after`, whose definition is a CREATE SEQUENCE. The sequence goes
/// on counting where it is, which one that is dropped and created would not. An option that the definition does not say
/// is PostgreSQL's own. Throws MigrationError when a definition is another statement.
[[nodiscard]] std::vector<std::string> alter_sequence(const Object& before, const Object& after);

}  // namespace strata::schema::postgresql::statements
