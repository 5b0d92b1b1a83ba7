#include "views.hpp"

#include "catalogue.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>

#include <algorithm>

namespace strata::migrate::sqlite {
namespace {

std::vector<StoredObject> triggers_of(core::Connection& connection, const std::string& view) {
    auto objects = schema_objects(connection);
    std::erase_if(objects, [&](const StoredObject& object) {
        return object.type != "trigger" || !schema::detail::sqlite::same_name(object.table, view);
    });
    return objects;
}

}  // namespace

void replace_view(Journal& journal, const schema::Object& view, const schema::DdlCompiler& ddl) {
    const auto triggers = triggers_of(journal.connection(), view.ref.name.name);
    for (const auto& sql : ddl.drop_object(view.ref)) journal.execute(sql);
    for (const auto& sql : ddl.create_object(view)) journal.execute(sql);
    for (const auto& sql : view.completions) journal.execute(sql);
    restore_views_and_triggers(journal, triggers);
}

void drop_bare_view(Journal& journal, const std::string& view) {
    if (const auto triggers = triggers_of(journal.connection(), view); !triggers.empty())
        throw MigrationError(
            "view " + view + " has trigger " + triggers.front().name +
            ", which no revision has made and which would be lost; take it into the models or drop it");
    journal.execute("DROP VIEW " + journal.connection().dialect().quoted(view));
}

}  // namespace strata::migrate::sqlite
