#pragma once

#include <strata/schema/ddl.hpp>

#include <string>
#include <vector>

namespace strata::schema::detail {

/// What both databases' DDL has in common.
class CommonDdl : public DdlCompiler {
public:
    [[nodiscard]] std::string create_index(const Table& table, const Index& index) const final;
    [[nodiscard]] std::string drop_index(const Table& table, const Index& index) const final;

protected:
    /// CREATE TABLE with these foreign keys inline.
    [[nodiscard]] std::string table_statement(const Table& table,
                                              const std::vector<const ForeignKey*>& inline_keys) const;
    /// Throws UsageError for a name that the database would refuse or cut.
    void check_names(const Table& table) const;
    void check_name(std::string_view what, std::string_view name) const;
};

/// "a", "b"
[[nodiscard]] std::string column_list(const core::Dialect& dialect, const std::vector<std::string>& columns);

/// The type of an enum column or of an array of enums: both have a name and labels.
[[nodiscard]] bool uses_enum(const Type& type);

/// The literal of a column of this type that the text stands for, in canonical form; nothing when the text is none.
/// Bytes are read as `\x` and hexadecimal digits, an array as JSON.
[[nodiscard]] std::optional<ServerDefault> literal_default(const Type& type, const std::string& text);

}  // namespace strata::schema::detail
