#include "commands.hpp"
#include "compare/live_rows.hpp"
#include "decisions.hpp"
#include "fills.hpp"
#include "heads_file.hpp"
#include "history/history_state.hpp"
#include "history/revision_file.hpp"
#include "json_output.hpp"
#include "operations/described.hpp"
#include "operations/enum_labels.hpp"
#include "paint.hpp"
#include "plan/rehearsal.hpp"
#include "run/destructive.hpp"
#include "run/runner.hpp"
#include "run/scratch_database.hpp"
#include "run/version_place.hpp"
#include "run/versions.hpp"
#include "state_check.hpp"
#include "text.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/ownership.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <set>
#include <utility>

namespace strata::migrate {

namespace json = boost::json;

namespace {

/// The live tables and objects, each replaced by the replayed one where both are equal to this database: SQLite does
/// not know an enum's name, say, and the downgrade should still use it.
schema::MetaData prefer_replayed(const schema::MetaData& replayed, schema::MetaData live,
                                 const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer) {
    for (auto& table : live.tables) {
        const auto* known = replayed.find(table.name);
        if (known == nullptr) continue;
        schema::MetaData one;
        schema::MetaData other;
        one.tables.push_back(table);
        other.tables.push_back(*known);
        if (compare_metadata(one, other, ddl, comparer).empty()) table = *known;
    }
    for (auto& object : live.objects)
        if (const auto* known = replayed.find(object.ref)) object = *known;
    return live;
}

/// Throws MigrationError where the models have what only the database knows.
void need_known(const schema::MetaData& models, const ReplayState& known) {
    const auto refuse = [](const std::string& what) {
        throw MigrationError(
            "only the database knows what " + what +
            " is, since SQL of a revision may have made or changed it; leave --offline out, say what " +
            "the SQL does with declares() or touches(), or name a server to try it on with --scratch");
    };
    for (const auto& table : models.tables)
        if (known.is_unknown(table.name)) refuse("table " + table.name);
    for (const auto& object : models.objects)
        if (known.is_unknown(object.ref)) refuse(object.ref.text());
}

/// The operations that change nothing in this database, and are needed where the revision runs on another one.
std::vector<Operation> written_for_others(schema::MetaData history, const std::vector<Operation>& operations,
                                          const schema::MetaData& models, const schema::DdlCompiler& ddl) {
    try {
        for (const auto& operation : operations) apply(history, operation);
    } catch (const MigrationError&) {
        return {};  // the database is not what the history left, and the operations are about what it is
    }
    return unkept_differences(history, models, ddl);
}

void print_compared(const schema::MetaData& models) {
    std::vector<std::string> names;
    names.reserve(models.tables.size());
    for (const auto& table : models.tables) names.push_back(table.name.text());
    std::sort(names.begin(), names.end());
    std::cout << "Compared " << names.size() << (names.size() == 1 ? " table: " : " tables: ") << join(names) << "\n";
}

/// Which columns cannot be added to a table that has rows, by the upgrade or back by the downgrade.
void note_unfilled(const std::vector<Operation>& operations, const char* direction, std::vector<std::string>& notes) {
    for (const auto& operation : operations) {
        const auto* add = std::get_if<AddColumn>(&operation);
        if (add == nullptr) continue;
        const auto& column = add->column;
        if (column.nullable || column.server_default || column.computed || column.identity) continue;
        notes.push_back(add->table + "." + column.name + " is NOT NULL and has no server default: " + direction +
                        " fails where " + add->table + " has rows");
    }
}

/// Whether the operation drops what may have been renamed.
bool drops(const Operation& operation, const RenameCandidate& candidate) {
    if (const auto* table = std::get_if<DropTable>(&operation)) return table->table.text() == candidate.from;
    if (const auto* column = std::get_if<DropColumn>(&operation))
        return column->table.text() + "." + column->column == candidate.from;
    const auto* altered = std::get_if<AlterColumn>(&operation);
    const auto* type = altered == nullptr ? nullptr : altered->patch.find(&schema::Column::type);
    const auto* label = std::get_if<RenameEnumLabel>(&candidate.operation);
    return type != nullptr && label != nullptr && type->enum_type() != nullptr &&
           type->enum_type()->name == label->type;
}

/// The comments of a revision's operations, with what may have been a rename.
std::vector<std::string> with_likely_renames(std::vector<std::string> notes, const std::vector<Operation>& operations,
                                             const std::vector<RenameCandidate>& likely) {
    for (std::size_t i = 0; i < operations.size(); ++i) {
        for (const auto& each : likely) {
            if (!drops(operations[i], each)) continue;
            if (!notes[i].empty()) notes[i] += "; ";
            notes[i] += "perhaps a rename to " + each.to + ", since " + each.reason + ": 'migrate --rename " +
                        each.from + ":" + each.to + "' would keep what is in it";
        }
    }
    return notes;
}

template <class Texts>
json::array texts_of(const Texts& list) {
    json::array array;
    for (const auto& each : list) array.emplace_back(each.text());
    return array;
}

}  // namespace

void Commands::print_likely_renames(const Comparison& comparison) {
    for (const auto& each : comparison.likely)
        std::cout << Paint::out().yellow("Note:") << " " << each.from << " is gone and " << each.to << " is new, and "
                  << each.reason << ": if it was renamed, 'migrate --rename " << each.from << ":" << each.to
                  << "' keeps what is in it; else say --not-renamed " << each.from << "\n";
}

void Commands::print_written(const WrittenRevision& written) {
    for (const auto& note : written.notes) std::cout << Paint::out().yellow("Note:") << " " << note << "\n";
    std::cout << "Generating " << written.path.string() << " ... done\n";
}

std::vector<std::string> Commands::differences(const Comparison& comparison) const {
    return described(comparison.operations, comparison.before, schema::ddl_compiler(engine().dialect()));
}

void Commands::print_left_alone(const Comparison& comparison) {
    for (const auto& note : comparison.notes) std::cout << Paint::out().yellow("Note:") << " " << note.text() << "\n";
    for (const auto& thing : comparison.left_alone) std::cout << "Not ours, left alone: " << thing.text() << "\n";
}

Commands::Commands(const ToolConfig& config, const GlobalOptions& options)
    : config_(config),
      options_(options),
      file_(read_project_file(options)),
      tables_(find_version_tables(options, file_)),
      directory_(find_directory(options, file_, config.directory)) {}

schema::MetaData Commands::models() const {
    try {
        auto models = config_.metadata();
        for (const auto& table : models.tables)
            if (table.name.schema == tables_.schema &&
                (table.name.name == tables_.version || table.name.name == tables_.history))
                throw UsageError("the models have a table " + printable(table.name.text()) +
                                 ", in which migrations keep their own; give one of them another name");
        return models;
    } catch (const std::exception&) {
        throw;
    } catch (...) {
        throw MigrationError("the function that gives the models failed: " + current_exception_text());
    }
}

int Commands::init() const {
    if (std::filesystem::is_directory(directory_)) {
        std::cout << directory_.string() << " is there already\n";
        return exit_done;
    }
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) throw MigrationError("cannot make " + directory_.string() + ": " + error.message());
    std::cout << "created " << directory_.string() << "\n";
    return exit_done;
}

Commands::Comparison Commands::compare(const RevisionGraph& graph, const schema::MetaData& wanted, bool first,
                                       const Decisions& decisions) const {
    const auto database = engine();
    auto heads = graph.effective_heads();
    std::sort(heads.begin(), heads.end());
    const auto check_at_head = [&](const RevisionIds& ids) {
        if (ids == heads) return;
        throw MigrationError("Target database is not up to date. Run upgrade first; it is at " +
                             (ids.empty() ? "base" : join(ids)) + " and the head is " + join(heads));
    };
    const auto against_nothing = [&]() -> Comparison {
        if (!decisions.adopted.empty())
            throw UsageError("there is nothing to adopt before the first revision; see 'baseline'");
        if (!decisions.renames.empty() || !decisions.not_renamed.empty())
            throw UsageError("there is nothing to rename before the first revision");
        return compared({}, wanted, {}, schema::ddl_compiler(database.dialect()), *schema::token_comparer());
    };
    if (database.dialect().is_missing(database.url())) {  // reading must not create the database
        check_at_head({});
        return against_nothing();
    }
    auto connection = connect_for_migration(database);
    const auto versions = VersionTable(*connection, tables_).read(*connection);
    graph.check_known(versions.ids);
    check_at_head(versions.ids);
    if (graph.empty() && first) return against_nothing();
    ReplayedHistory history(graph, &database.dialect());
    return compare(*connection, wanted, history.at(heads).metadata(), decisions);
}

Commands::Comparison Commands::compare(core::Connection& connection, const schema::MetaData& wanted,
                                       schema::MetaData history, const Decisions& decisions) const {
    const auto& ddl = schema::ddl_compiler(connection.dialect());
    const auto comparer = schema::expression_comparer(connection);
    auto live = schema::reflect(connection, schemas_of(connection, wanted, history));
    leave_out(live, connection, tables_);
    const Ownership ownership{std::move(history), {file_.owns}, decisions.adopted};
    auto ours = ours_of(live, wanted, ownership, ddl);
    if (!ours.not_found.empty())
        throw UsageError("there is no " + one_line(ours.not_found.front()) +
                         " in the database to adopt; see the names that 'check' lists as left alone");
    name_enum_types(ours.database, ownership.history);
    name_enum_types(ours.database, wanted);
    ours.database.rows = live_rows(connection, ours.database, ownership.history.rows);
    auto result = compared(std::move(ours.database), wanted, decisions, ddl, *comparer);
    std::ranges::move(written_for_others(ownership.history, result.operations, wanted, ddl),
                      std::back_inserter(result.operations));
    result.before = prefer_replayed(ownership.history, std::move(result.before), ddl, *comparer);
    // A constraint that the database stores without a name is dropped by its conventional name.
    for (auto& table : result.before.tables) schema::name_constraints(table);
    result.left_alone = std::move(ours.left_alone);
    result.notes = live.notes;
    return result;
}

Commands::Comparison Commands::compared(schema::MetaData before, const schema::MetaData& wanted,
                                        const Decisions& decisions, const schema::DdlCompiler& ddl,
                                        schema::ExpressionComparer& comparer) const {
    Comparison result;
    result.difference = diff(before, wanted, config_.compare, ddl, comparer);
    auto resolution = resolve(result.difference, decisions, config_.compare, ddl, comparer);
    result.operations = std::move(resolution.operations);
    result.likely = std::move(resolution.open);
    result.before = std::move(before);
    return result;
}

Rehearsal::FollowSql Commands::follow_on_scratch(const RevisionGraph& graph) const {
    const auto server = find_scratch(options_, file_);
    if (!server) return {};
    if (&core::dialect_for(server->scheme) != &engine().dialect())
        throw UsageError("--scratch names a database of another kind than --url");
    return [server = *server, &graph](const RevisionIds& at) { return state_on_scratch(server, graph, at); };
}

Commands::Comparison Commands::compare_offline(const RevisionGraph& graph, const schema::MetaData& wanted,
                                               const Decisions& decisions) const {
    if (!decisions.adopted.empty()) throw UsageError("--adopt takes in what a database has; leave --offline out");
    const auto& dialect = engine().dialect();
    Rehearsal rehearsal(dialect, graph, graph.effective_heads());
    rehearsal.follow_sql(follow_on_scratch(graph));
    auto made = state_of(rehearsal);
    if (const auto* known = rehearsal.not_followed()) {
        need_known(wanted, *known);
        leave_out_unknown(made, *known);
    }
    return compared(std::move(made), wanted, decisions, schema::ddl_compiler(dialect), *schema::token_comparer());
}

Commands::WrittenRevision Commands::write_file(const std::string& message, const RevisionPlace& place,
                                               const Comparison& comparison) const {
    RevisionText text;
    text.id = place.id;
    text.revises = place.revises;
    text.labels = place.labels;
    text.depends_on = place.depends_on;
    text.message = one_line(message);
    text.upgrade = with_fills(comparison.operations, comparison.fills, comparison.before,
                              schema::ddl_compiler(engine().dialect()));
    text.downgrade = reverse_all(comparison.operations, comparison.before);
    const auto losses = destructive_notes(text.upgrade, comparison.before);
    text.upgrade_notes = with_likely_renames(losses, text.upgrade, comparison.likely);
    WrittenRevision written{text.id, {}, {}};
    note_unfilled(text.upgrade, "upgrade", written.notes);
    for (const auto& note : losses)
        if (!note.empty())
            written.notes.push_back(
                note + "; upgrade refuses it without op.allow_destructive(\"why\") or --allow-destructive");
    note_unfilled(text.downgrade, "downgrade", written.notes);
    written.path = write_into_history(text);
    return written;
}

std::filesystem::path Commands::write_into_history(const RevisionText& text) const {
    auto heads = graph().heads();
    std::erase_if(heads, [&](const std::string& id) { return core::internal::contains(text.revises, id); });
    heads.push_back(text.id);
    FileChanges changes;
    auto path = add_revision(changes, directory_, text, find_file_template(file_));
    HeadsFile(directory_).write(changes, std::move(heads));
    changes.apply();
    return path;
}

void Commands::add_written(json::object& report, const WrittenRevision& written) {
    report["status"] = "written";
    report["revision"] = written.id;
    report["file"] = written.path.string();
    report["notes"] = array_of(written.notes);
}

int Commands::write(const std::string& message, const RevisionPlace& place, const Comparison& comparison,
                    bool as_json) const {
    const auto written = write_file(message, place, comparison);
    if (as_json) {
        json::object report;
        add_written(report, written);
        print_json(std::move(report));
    } else {
        print_written(written);
    }
    return exit_done;
}

int Commands::migrate(const std::string& message, const Placement& placement, Decisions decisions, bool offline,
                      bool as_json) const {
    const auto history = offline ? graph() : graph_here();
    HeadsFile(directory_).need_no_conflict();
    const auto place = find_place(history, placement);
    const auto wanted = models();
    const auto compare_now = [&] {
        return offline ? compare_offline(history, wanted, decisions) : compare(history, wanted, true, decisions);
    };
    auto comparison = compare_now();
    while (!as_json && ask_about_renames(comparison.likely, decisions)) comparison = compare_now();
    // The first revision makes all tables.
    const auto to_fill =
        history.empty() ? std::vector<ColumnToFill>() : columns_to_fill(comparison.operations, comparison.before);
    check_not_filled(to_fill, decisions);
    if (as_json) return migrate_as_json(message, place, std::move(comparison), decisions, to_fill);
    print_compared(wanted);
    print_left_alone(comparison);
    print_likely_renames(comparison);
    if (comparison.operations.empty()) {
        std::cout << "No changes detected; no revision was written.\n";
        return exit_done;
    }
    for (const auto& line : differences(comparison)) std::cout << "Detected " << line << "\n";
    ask_about_fills(to_fill, schema::ddl_compiler(engine().dialect()), decisions);
    comparison.fills = std::move(decisions.fills);
    return write(message, place, comparison, false);
}

int Commands::migrate_as_json(const std::string& message, const RevisionPlace& place, Comparison comparison,
                              const Decisions& decisions, const std::vector<ColumnToFill>& to_fill) const {
    json::object report = reported(comparison);
    const auto open = open_decisions(comparison.likely, to_fill, decisions);
    report["decisions"] = to_json(open);
    if (!open.empty() || comparison.operations.empty()) {
        report["status"] = open.empty() ? "no changes" : "undecided";
        print_json(std::move(report));
        return open.empty() ? exit_done : exit_failed;
    }
    comparison.fills = decisions.fills;
    add_written(report, write_file(message, place, comparison));
    print_json(std::move(report));
    return exit_done;
}

json::object Commands::reported(const Comparison& comparison) const {
    json::object report{{"status", ""}};
    report["differences"] = array_of(differences(comparison));
    for (const auto& [key, list] : to_json(comparison.difference)) report[key] = list;
    report["left_alone"] = texts_of(comparison.left_alone);
    report["notes"] = texts_of(comparison.notes);
    return report;
}

int Commands::check(bool offline, bool as_json) const {
    const auto history = offline ? graph() : graph_here();
    const auto wanted = models();
    const auto comparison = offline ? compare_offline(history, wanted) : compare(history, wanted, false);
    const auto since = offline ? Changed{} : changed(history);
    const auto wrong_heads = HeadsFile(directory_).fault(history);
    const bool clean = comparison.operations.empty() && since.empty() && (!wrong_heads || wrong_heads->only_behind);
    if (as_json) {
        json::object report = reported(comparison);
        report["status"] = clean ? "clean" : "differences";
        report["edited"] = array_of(since.edited);
        report["passed_over"] = array_of(since.passed_over);
        if (wrong_heads) report["heads_file"] = wrong_heads->text;
        report["decisions"] = to_json(
            open_decisions(comparison.likely, columns_to_fill(comparison.operations, comparison.before), Decisions{}));
        print_json(std::move(report));
        return clean ? exit_done : exit_differences;
    }
    for (const auto& line : since.edited)
        std::cout << Paint::out().yellow("Edited:") << " " << one_line(line)
                  << "; upgrade refuses it without --accept-edited\n";
    for (const auto& line : since.passed_over)
        std::cout << Paint::out().yellow("Passed over:") << " " << one_line(line) << "\n";
    if (wrong_heads)
        std::cout << Paint::out().yellow(wrong_heads->only_behind ? "Note:" : "Heads:") << " "
                  << one_line(wrong_heads->text) << "\n";
    print_compared(wanted);
    print_left_alone(comparison);
    print_likely_renames(comparison);
    const auto database = engine();
    if (!offline && !database.dialect().is_missing(database.url()))
        for (const auto& note : schema::other_forms(*connect_for_migration(database), comparison.before))
            std::cout << Paint::out().yellow("Note:") << " " << one_line(note.text()) << "\n";
    if (comparison.operations.empty()) {
        std::cout << "No new upgrade operations detected.\n";
        return clean ? exit_done : exit_differences;
    }
    std::cout << "New upgrade operations detected:\n";
    for (const auto& line : differences(comparison)) std::cout << "  " << line << "\n";
    return exit_differences;
}

int Commands::drift(bool as_json) const {
    const auto history = graph_here();
    const auto database = engine();
    if (database.dialect().is_missing(database.url()))
        throw MigrationError("there is no database " + database.url().to_string());
    auto connection = connect_for_migration(database);
    const auto ids = VersionTable(*connection, tables_).read(*connection).ids;
    history.check_known(ids);
    if (ids.empty())
        throw MigrationError("no revision has run on the database, so there is nothing to compare it with");
    const auto [lines, others] = compare_with_history(*connection, history, ids, tables_, follow_on_scratch(history));
    if (as_json) {
        print_json({{"status", lines.empty() ? "clean" : "changed"},
                    {"revisions", array_of(ids)},
                    {"differences", array_of(lines)},
                    {"not_made_by_a_revision", array_of(others)}});
        return lines.empty() ? exit_done : exit_differences;
    }
    for (const auto& thing : others) std::cout << "Not made by a revision: " << one_line(thing) << "\n";
    if (lines.empty()) {
        std::cout << "Nothing was changed by hand since " << join(ids) << ".\n";
        return exit_done;
    }
    std::cout << "Changed by hand since " << join(ids) << ":\n";
    for (const auto& line : lines) std::cout << "  " << line << "\n";
    return exit_differences;
}

}  // namespace strata::migrate
