#pragma once

#include <strata/core/dialect.hpp>
#include <strata/schema/metadata.hpp>

#include <string>
#include <string_view>

/// The words of the statements that both databases write in the same way, and of the actions of ALTER TABLE. What a
/// database has of its own is in internal/postgresql/ and internal/sqlite/: a header and a source for each kind of
/// object. Which statements are written, and in what order, is said by those who call these.
namespace strata::schema::statements {

[[nodiscard]] std::string alter_table(const core::Dialect& dialect, const QualifiedName& table,
                                      std::string_view action);
[[nodiscard]] std::string drop_table(const core::Dialect& dialect, const QualifiedName& table);
[[nodiscard]] std::string rename_table(const core::Dialect& dialect, const QualifiedName& from, const std::string& to);
/// Actions; the definition is that of DdlCompiler::column_definition.
[[nodiscard]] std::string add_column(const std::string& definition);
[[nodiscard]] std::string drop_column(const core::Dialect& dialect, const std::string& column);
[[nodiscard]] std::string rename_column(const core::Dialect& dialect, const std::string& from, const std::string& to);

/// CREATE INDEX with all that the index says.
[[nodiscard]] std::string create_index(const core::Dialect& dialect, const QualifiedName& table, const Index& index);
[[nodiscard]] std::string drop_index(const core::Dialect& dialect, const QualifiedName& index);

/// ` INCREMENT BY 2 START WITH 5`: what is said of a sequence after its name and type.
[[nodiscard]] std::string sequence_options(const SequenceOptions& options);

}  // namespace strata::schema::statements
