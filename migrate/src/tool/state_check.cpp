#include "state_check.hpp"

#include "compare/live_rows.hpp"
#include "operations/described.hpp"
#include "run/version_place.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>

#include <set>
#include <utility>

namespace strata::migrate {

schema::MetaData state_of(Rehearsal& rehearsal) {
    auto state = rehearsal.metadata();
    for (auto& table : state.tables) schema::name_constraints(table);
    return state;
}

void leave_out_unknown(schema::MetaData& state, const ReplayState& known) {
    std::erase_if(state.tables, [&](const auto& table) { return known.is_unknown(table.name); });
    std::erase_if(state.objects, [&](const auto& object) { return known.is_unknown(object.ref); });
}

schema::ReflectOptions schemas_of(core::Connection& connection, const schema::MetaData& models,
                                  const schema::MetaData& history) {
    std::set<std::string> names;
    const auto take = [&](const schema::ObjectRef& ref) {
        names.insert(ref.kind == schema::ObjectKind::schema ? ref.name.name : ref.name.schema);
        names.insert(ref.table.schema);
    };
    for (const auto* state : {&models, &history}) {
        for (const auto& table : state->tables) names.insert(table.name.schema);
        for (const auto& object : state->objects) take(object.ref);
        for (const auto& privileges : state->privileges) take(privileges.ref);
    }
    names.erase("");
    schema::ReflectOptions options;
    options.privileges = !models.privileges.empty();
    if (names.empty()) return options;
    options.schemas.assign(names.begin(), names.end());
    options.schemas.push_back(schema::current_schema(connection));
    options.missing_schemas = true;  // a revision may make it
    return options;
}

StateCheck compare_with_history(core::Connection& connection, const RevisionGraph& graph, const RevisionIds& at,
                                const schema::VersionTables& tables, Rehearsal::FollowSql follow) {
    const auto& dialect = connection.dialect();
    Rehearsal rehearsal(dialect, graph, at);
    rehearsal.follow_sql(std::move(follow));
    auto made = state_of(rehearsal);
    const auto& ddl = schema::ddl_compiler(dialect);
    auto live = schema::reflect(connection, schemas_of(connection, made, made));
    leave_out(live, connection, tables);
    if (const auto* known = rehearsal.not_followed()) {
        leave_out_unknown(made, *known);
        leave_out_unknown(live, *known);
    }
    for (auto& table : live.tables) schema::name_constraints(table);
    StateCheck result;
    std::erase_if(live.tables, [&](const schema::Table& table) {
        if (made.find(table.name) != nullptr || schema::is_version_table(table.name)) return false;
        result.others.push_back("table " + table.name);
        return true;
    });
    std::erase_if(live.objects, [&](const schema::Object& object) {
        if (made.find(object.ref) != nullptr) return false;
        result.others.push_back(object.ref.text());
        return true;
    });
    live.rows = live_rows(connection, live, made.rows);
    const auto comparer = schema::expression_comparer(connection);
    // What would undo the changes, undone.
    const auto changes = reverse_all(compare_metadata(live, made, ddl, *comparer), live);
    result.changes = described(changes, made, ddl);
    return result;
}

}  // namespace strata::migrate
