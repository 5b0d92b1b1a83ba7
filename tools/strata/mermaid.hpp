#pragma once

#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>

namespace strata::tool {

/// Prints the tables and their references as an entity relationship diagram of Mermaid 9 and later.
/// https://mermaid.js.org/syntax/entityRelationshipDiagram.html
void print_mermaid(const schema::MetaData& metadata, const schema::DdlCompiler& ddl);

}  // namespace strata::tool
