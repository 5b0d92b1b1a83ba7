#include "destructive.hpp"
#include "history/history_state.hpp"
#include "operations/compiler.hpp"
#include "runner.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>

/// Writes upgrades and downgrades as a script, for review or for a database that only psql reaches.
namespace strata::migrate {

namespace {

struct Range {
    std::string_view from;
    std::string_view to;
};

Range split_range(std::string_view range) {
    const auto colon = range.find(':');
    if (colon == std::string_view::npos) return {{}, range};
    return {range.substr(0, colon), range.substr(colon + 1)};
}

/// Collects a script, statement by statement.
class Script {
public:
    explicit Script(const core::Dialect& dialect)
        : lexis_(dialect.lexis()), text_(std::string(dialect.script_header()) + "\n\n") {}

    void add(std::string_view sql) {
        const auto statement = trimmed(sql);
        if (statement.empty()) return;
        text_ += statement;
        // A semicolon after a comment on the last line would be a part of the comment, as one that is there already may
        // be.
        if (core::detail::ends_in_comment(statement, lexis_))
            text_ += "\n;";
        else if (!statement.ends_with(';'))
            text_ += ';';
        text_ += "\n\n";
    }
    /// One line, so that no part of a name in it becomes a statement.
    void comment(std::string_view text) {
        text_ += "-- ";
        for (const char c : text) text_ += static_cast<unsigned char>(c) < 0x20U || c == 0x7F ? ' ' : c;
        text_ += "\n\n";
    }
    [[nodiscard]] std::string text() && { return std::move(text_); }

private:
    const core::detail::SqlLexis& lexis_;
    std::string text_;
};

void append_step(Script& script, const Step& step, const Revision& revision) {
    if (const auto* sql = std::get_if<SqlStep>(&step)) {
        script.add(sql->sql);
    } else if (const auto* rows = std::get_if<RowsStep>(&step)) {
        script.add(rows->sql);
    } else if (const auto* live = std::get_if<LiveStep>(&step)) {
        throw MigrationError("revision " + revision.label() + ": '" + live->description +
                             "' reads the live database and cannot be written as a script; run it online");
    } else {
        script.comment("A callback of this revision is not part of the script; run the revision online to have it.");
    }
}

std::string write_script(const core::Dialect& dialect, const RevisionGraph& graph, RevisionIds rows,
                         const Revisions& path, Direction direction) {
    const auto& compiler = operation_compiler(dialect);
    if (!compiler.offline()) {
        throw MigrationError("--sql for " + std::string(dialect.name()) +
                             " comes with a later version of Strata; run the migration online");
    }
    if (path.empty()) return {};
    Script script(dialect);
    ReplayedHistory history(graph);
    bool make_table = rows.empty() && direction == Direction::up;
    for (const Revision* revision : path) {
        const auto operations =
            direction == Direction::up ? revision->upgrade_operations() : revision->downgrade_operations();
        const auto& at = history.at(rows);
        auto prepared = prepare_state(at, *revision, operations, [] { return schema::MetaData(); });
        const auto& state = prepared.live ? *prepared.live : at.metadata;
        script.add("BEGIN");
        if (make_table) script.add(create_version_table_sql(dialect));
        make_table = false;
        script.comment(progress_line(*revision, direction));
        if (direction == Direction::up)
            for (const auto& note : destructive_notes(operations, state))
                if (!note.empty()) script.comment(note);
        for (const auto& step : compiler.compile(operations, state)) append_step(script, step, *revision);
        auto next =
            direction == Direction::up ? graph.after_upgrade(rows, *revision) : graph.after_downgrade(rows, *revision);
        for (const auto& sql : version_statements(dialect, rows, next)) script.add(sql);
        rows = std::move(next);
        if (direction == Direction::up) history.advance(rows, std::move(prepared.after));
        script.add("COMMIT");
    }
    return std::move(script).text();
}

}  // namespace

std::string upgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions) {
    const RevisionGraph graph(revisions);
    const auto [from, to] = split_range(range);
    const auto rows = graph.resolve(from.empty() ? "base" : from, {});
    const auto path = graph.upgrade_path(rows, to.empty() ? "head" : to);
    return write_script(dialect, graph, rows, path, Direction::up);
}

std::string downgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions) {
    const RevisionGraph graph(revisions);
    const auto [from, to] = split_range(range);
    if (from.empty() || to.empty()) {
        throw MigrationError("downgrade with --sql requires <fromrev>:<torev>");
    }
    const auto rows = graph.resolve(from, {});
    return write_script(dialect, graph, rows, graph.downgrade_path(rows, to), Direction::down);
}

std::string change_script(core::Connection& connection, const schema::MetaData& database,
                          const schema::MetaData& wanted) {
    const auto& dialect = connection.dialect();
    const auto comparer = schema::expression_comparer(connection);
    const auto operations = compare_metadata(database, wanted, schema::ddl_compiler(dialect), *comparer);
    if (operations.empty()) return {};
    Script script(dialect);
    for (const auto& note : destructive_notes(operations, database))
        if (!note.empty()) script.comment(note);
    const auto& compiler = detail::dialect_compiler(dialect);
    for (const auto& sql : compiler.script(connection, compiler.compile(operations, database))) script.add(sql);
    return std::move(script).text();
}

std::string create_script(const schema::MetaData& metadata, const core::Dialect& dialect,
                          const std::vector<std::string>& opening) {
    Script script(dialect);
    script.add("BEGIN");
    for (const auto& sql : opening) script.add(sql);
    for (const auto& sql : schema::create_all_sql(metadata, dialect)) script.add(sql);
    script.add("COMMIT");
    for (const auto& each : metadata.unmanaged.texts()) script.comment("unmanaged: " + each);
    for (const auto& each : metadata.notes.texts()) script.comment("note: " + each);
    return std::move(script).text();
}

}  // namespace strata::migrate
