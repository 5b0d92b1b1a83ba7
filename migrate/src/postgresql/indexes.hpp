#pragma once

#include "operations/attached_indexes.hpp"

#include <strata/schema/ddl.hpp>

#include <string>
#include <vector>

/// Indexes of partitioned tables and of their partitions. PostgreSQL detaches no index: one that is attached goes with
/// the index of the partitioned table, and so do all that are attached to it.
/// https://www.postgresql.org/docs/15/sql-alterindex.html
namespace strata::migrate::postgresql {

/// The index as it can be made now: one that is a part of an index that is made later is taken in by that.
[[nodiscard]] schema::Index attachable(const schema::MetaData& state, schema::Index index);
/// The table with its indexes as they can be made now.
[[nodiscard]] schema::Table with_attachable(const schema::MetaData& state, schema::Table table);

/// Makes indexes again that went with the one that they are attached to.
[[nodiscard]] std::vector<std::string> indexes_again(const schema::MetaData& state, const schema::DdlCompiler& ddl,
                                                     const std::vector<IndexPlace>& gone);

/// Drops the table's index of that name. What is attached to an ONLY index is wanted still, so it is made again; an
/// index that all partitions have takes its parts with it.
[[nodiscard]] std::vector<std::string> drop_index(const schema::MetaData& state, const schema::DdlCompiler& ddl,
                                                  const schema::Table& table, const std::string& name);

}  // namespace strata::migrate::postgresql
