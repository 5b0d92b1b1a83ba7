#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/order.hpp>

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace strata::schema::detail {

/// The part of the DDL that both databases write in the same way.
class CommonDdl : public DdlCompiler {
public:
    [[nodiscard]] std::string create_index(const Table& table, const Index& index) const override;
    [[nodiscard]] std::string drop_index(const Table& table, const Index& index) const final;

protected:
    /// Throws UsageError for a name that the database would refuse or truncate.
    void check_names(const Table& table) const;
    void check_name(std::string_view what, std::string_view name) const;
};

/// The default of a column as it is on the database. Throws UsageError when it has none for it.
[[nodiscard]] ServerDefault own_default(const core::Dialect& dialect, const QualifiedName& table,
                                        const std::string& column, const ServerDefault& value);

/// `fillfactor=70, "toast.autovacuum_enabled"='false'`
[[nodiscard]] std::string parameter_list(const core::Dialect& dialect, const std::vector<std::string>& parameters);
/// `"name" COLLATE "C" "text_pattern_ops" DESC NULLS LAST`
[[nodiscard]] std::string element_sql(const core::Dialect& dialect, const IndexElement& element);

/// Whether the index may call a function: an element or its predicate is an expression.
[[nodiscard]] bool has_expression(const Index& index);

/// The statements that create the items, which are in creation_order(), in a database that has `state`.
[[nodiscard]] std::vector<std::string> creation_sql(const std::vector<Item>& items, MetaData state,
                                                    const DdlCompiler& compiler);

/// The sequence that numbers the column, when neither it nor the table has been given another name since: the one that
/// it names, or TABLE_COLUMN_seq.
[[nodiscard]] QualifiedName sequence_of(const Table& table, const Column& column);
/// The sequences that come with the table, since they number its columns.
[[nodiscard]] std::vector<QualifiedName> column_sequences(const Table& table);

/// The statements that give owners and privileges to the schemas, to what is new, and to what roles will create.
[[nodiscard]] std::vector<std::string> privileges_sql(const MetaData& metadata, const DdlCompiler& compiler,
                                                      const std::function<bool(const ObjectRef&)>& is_new);

/// The schemas that the metadata's tables are in.
[[nodiscard]] std::set<std::string> schemas_of(const MetaData& metadata);

/// "a", "b"
[[nodiscard]] std::string column_list(const core::Dialect& dialect, const std::vector<std::string>& columns);

/// The literal default that `text` means for a column of this type, in canonical form; std::nullopt when the text is
/// not a value of the type. Bytes are read as `\x` and hexadecimal digits, an array as JSON.
[[nodiscard]] std::optional<ServerDefault> literal_default(const Type& type, const std::string& text);

}  // namespace strata::schema::detail
