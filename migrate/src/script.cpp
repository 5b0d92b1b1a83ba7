#include "history_state.hpp"
#include "runner.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>

/// Upgrade and downgrade as a script, for review or for a database that only psql reaches.
namespace strata::migrate {

namespace {

struct Range {
    std::string_view from;
    std::string_view to;
};

Range cut(std::string_view range) {
    const auto colon = range.find(':');
    if (colon == std::string_view::npos) return {{}, range};
    return {range.substr(0, colon), range.substr(colon + 1)};
}

void append_statement(std::string& script, const std::string& sql) {
    auto statement = trimmed(sql);
    if (statement.empty()) return;
    script += statement;
    script += statement.ends_with(';') ? "\n\n" : ";\n\n";
}

void append_step(std::string& script, const Step& step, const Revision& revision) {
    if (const auto* sql = std::get_if<SqlStep>(&step)) {
        append_statement(script, sql->sql);
    } else if (const auto* rows = std::get_if<RowsStep>(&step)) {
        append_statement(script, rows->sql);
    } else if (const auto* live = std::get_if<LiveStep>(&step)) {
        throw MigrationError("revision " + revision.label() + ": '" + live->description +
                             "' reads the live database and cannot be written as a script; run it online");
    } else {
        script += "-- A callback of this revision is not part of the script; run the revision online to have it.\n\n";
    }
}

std::string write_script(const core::Dialect& dialect, const RevisionGraph& graph, RevisionIds rows,
                         const Revisions& path, Direction direction) {
    const auto& compiler = operation_compiler(dialect);
    if (!compiler.offline()) {
        throw MigrationError("--sql for " + std::string(dialect.name()) +
                             " comes with a later version of Strata; run the migration online");
    }
    std::string script;
    bool make_table = rows.empty() && direction == Direction::up;
    for (const Revision* revision : path) {
        const auto operations =
            direction == Direction::up ? revision->upgrade_operations() : revision->downgrade_operations();
        auto state = replay_history(graph, rows);
        prepare_state(state, *revision, operations, [] { return schema::MetaData(); });
        script += "BEGIN;\n\n";
        if (make_table) append_statement(script, create_version_table_sql(dialect));
        make_table = false;
        script += "-- " + progress_line(*revision, direction) + "\n\n";
        for (const auto& step : compiler.compile(operations, state.metadata)) append_step(script, step, *revision);
        auto next =
            direction == Direction::up ? graph.after_upgrade(rows, *revision) : graph.after_downgrade(rows, *revision);
        for (const auto& sql : version_statements(dialect, rows, next)) append_statement(script, sql);
        rows = std::move(next);
        script += "COMMIT;\n\n";
    }
    return script;
}

}  // namespace

std::string upgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions) {
    const RevisionGraph graph(revisions);
    const auto [from, to] = cut(range);
    const auto rows = graph.resolve(from.empty() ? "base" : from, {});
    const auto path = graph.upgrade_path(rows, to.empty() ? "head" : to);
    return write_script(dialect, graph, rows, path, Direction::up);
}

std::string downgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions) {
    const RevisionGraph graph(revisions);
    const auto [from, to] = cut(range);
    if (from.empty() || to.empty()) {
        throw MigrationError("downgrade with --sql requires <fromrev>:<torev>");
    }
    const auto rows = graph.resolve(from, {});
    return write_script(dialect, graph, rows, graph.downgrade_path(rows, to), Direction::down);
}

}  // namespace strata::migrate
