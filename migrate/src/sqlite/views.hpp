#pragma once

#include "journal.hpp"

#include <strata/schema/ddl.hpp>

#include <string>

namespace strata::migrate::sqlite {

/// Gives a view another definition. SQLite drops its INSTEAD OF triggers with the old one, so they are made again, also
/// those that no revision has made.
void replace_view(Journal& journal, const schema::Object& view, const schema::DdlCompiler& ddl);

/// Drops a view that is made again later. Throws MigrationError where it still has a trigger, which would be lost.
void drop_bare_view(Journal& journal, const std::string& view);

}  // namespace strata::migrate::sqlite
