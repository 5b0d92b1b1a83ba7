#include "adopt/recorded.hpp"
#include "destructive.hpp"
#include "history/checksum.hpp"
#include "history_table.hpp"
#include "operations/compiler.hpp"
#include "plan/rehearsal.hpp"
#include "runner.hpp"
#include "text.hpp"
#include "version_place.hpp"
#include "versions.hpp"

#include <strata/core/detail/sql_lexer.hpp>
#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

/// Writes upgrades and downgrades as a script, for review or for a database that only psql reaches.
namespace strata::migrate {

namespace {

/// Where a script begins, to know the history as it is for a database there: the revision that the text names.
RevisionIds start_of(const Revisions& revisions, std::string_view from) {
    RevisionIds ids;
    if (from.empty()) return ids;
    for (const Revision* revision : revisions)
        if (revision->id.starts_with(from)) ids.push_back(revision->id);
    return ids.size() == 1 ? ids : RevisionIds{};
}

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

void append(Script& script, const std::vector<Statement>& statements) {
    for (const auto& statement : statements) {
        if (statement.kind == StatementKind::callback)
            script.comment("A callback of this revision is not part of the script" +
                           (statement.sql.empty() ? std::string() : ", '" + statement.sql + "'") +
                           "; run the revision online to have it.");
        else if (statement.kind == StatementKind::comment)
            script.comment(statement.sql);
        else
            script.add(statement.sql);
    }
}

/// What comes first in a revision's transaction; `first`: it is the script's first revision.
std::vector<Statement> opening(const core::Dialect& dialect, const schema::VersionTables& tables,
                               const RehearsedRevision& revision, const schema::MetaData& before, bool first) {
    std::vector<Statement> list;
    const bool up = revision.direction == Direction::up;
    if (revision.before.empty() && up) list.push_back(Statement{create_version_table_sql(dialect, tables)});
    if (first) list.push_back(Statement{create_history_table_sql(dialect, tables)});
    std::ranges::move(detail::dialect_compiler(dialect).expect_versions(script_name(dialect, tables, tables.version),
                                                                        revision.before),
                      std::back_inserter(list));
    list.push_back(Statement{progress_line(revision.revision, revision.direction), StatementKind::comment});
    if (!up) return list;
    for (const auto& note : destructive_notes(revision.operations, before))
        if (!note.empty()) list.push_back(Statement{note, StatementKind::comment});
    return list;
}

/// `whole`: see RevisionGraph::whole().
std::vector<Statement> closing(const core::Dialect& dialect, const schema::VersionTables& tables,
                               const RehearsedRevision& revision, const Revision* whole) {
    std::vector<Statement> list;
    for (const auto& sql : version_statements(dialect, tables, revision.before, revision.after))
        list.push_back(Statement{sql});
    const bool up = revision.direction == Direction::up;
    list.push_back(
        Statement{history_statement(dialect, tables,
                                    {.revision = revision.revision.id,
                                     .action = !up                ? HistoryEntry::Action::downgrade
                                               : whole != nullptr ? HistoryEntry::Action::stamp
                                                                  : HistoryEntry::Action::upgrade,
                                     .checksum = !up                ? std::string()
                                                 : whole != nullptr ? checksum_if_known(*whole, dialect)
                                                                    : checksum(revision.operations, dialect)})});
    return list;
}

std::string write_script(const core::Dialect& dialect, const schema::VersionTables& tables, const RevisionGraph& graph,
                         const RevisionIds& at, const Revisions& path, Direction direction) {
    if (path.empty()) return {};
    adopt::check_kind(path, dialect, direction == Direction::down);
    Script script(dialect);
    Rehearsal rehearsal(dialect, graph, at);
    bool first = true;
    const auto write = [&](CompiledRevision& compiled, Snapshot& shape, const RehearsedRevision& revision) {
        const auto begin = opening(dialect, tables, revision, shape.metadata, std::exchange(first, false));
        return compiled.script(shape, begin, closing(dialect, tables, revision, graph.whole(revision.revision)));
    };
    for (const Revision* revision : path) append(script, rehearsal.next(*revision, direction, write));
    return std::move(script).text();
}

RevisionIds sorted(RevisionIds ids) {
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace

std::string upgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions,
                           const schema::VersionTables& tables) {
    const auto [from, to] = split_range(range);
    const RevisionGraph graph(revisions, start_of(revisions, from));
    const auto rows = graph.resolve(from.empty() ? "base" : from, {});
    const std::string target(to.empty() ? "head" : to);
    const auto path = graph.upgrade_path(rows, target);
    if (path.empty() && !from.empty() && sorted(graph.resolve(target, rows)) != sorted(rows))
        throw MigrationError("upgrade " + std::string(range) + " has nothing to run, since " + target +
                             " is not above " + std::string(from) + "; 'downgrade " + std::string(range) +
                             " --sql' goes down");
    return write_script(dialect, tables, graph, rows, path, Direction::up);
}

std::string downgrade_script(const core::Dialect& dialect, std::string_view range, const Revisions& revisions,
                             const schema::VersionTables& tables) {
    const auto [from, to] = split_range(range);
    const RevisionGraph graph(revisions, start_of(revisions, from));
    if (from.empty() || to.empty()) {
        throw MigrationError("downgrade with --sql requires <fromrev>:<torev>");
    }
    const auto rows = graph.resolve(from, {});
    return write_script(dialect, tables, graph, rows, graph.downgrade_path(rows, to), Direction::down);
}

std::string stamp_script(const core::Dialect& dialect, const std::vector<std::string>& targets,
                         const Revisions& revisions, const schema::VersionTables& tables) {
    const RevisionGraph graph(revisions);
    std::string_view start;
    std::vector<std::string> wanted;
    for (const std::string_view target : targets) {
        const auto [from, to] = split_range(target);
        if (!from.empty() && !start.empty())
            throw MigrationError("stamp with --sql takes one start, and there are " + std::string(start) + " and " +
                                 std::string(from) + "; name it once");
        if (!from.empty()) start = from;
        wanted.emplace_back(to);
    }
    const auto before = graph.resolve(start.empty() ? "base" : start, {});
    const auto after = graph.stamped(before, wanted);
    Script script(dialect);
    script.add("BEGIN");
    if (before.empty()) script.add(create_version_table_sql(dialect, tables));
    script.add(create_history_table_sql(dialect, tables));
    append(script,
           detail::dialect_compiler(dialect).expect_versions(script_name(dialect, tables, tables.version), before));
    script.comment("Running stamp_revision " + join(before) + " -> " + join(after));
    for (const auto& sql : version_statements(dialect, tables, before, after)) script.add(sql);
    for (const Revision* revision : graph.ancestors(after)) {
        if (graph.applied(before, *revision)) continue;
        script.add(history_statement(dialect, tables,
                                     {.revision = revision->id,
                                      .action = HistoryEntry::Action::stamp,
                                      .checksum = checksum_if_known(*revision, dialect)}));
    }
    script.add("COMMIT");
    return std::move(script).text();
}

std::string ensure_version_script(const core::Dialect& dialect, const schema::VersionTables& tables) {
    Script script(dialect);
    script.add(create_version_table_sql(dialect, tables));
    script.add(create_history_table_sql(dialect, tables));
    return std::move(script).text();
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
    auto shape = compiler.read_shape(connection);
    append(script, compiler.compile(operations, database)->script(shape, {}, {}));
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
