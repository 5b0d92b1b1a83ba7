#include "../history_state.hpp"
#include "../runner.hpp"
#include "../text.hpp"
#include "../versions.hpp"
#include "commands.hpp"

#include <strata/core/dialect.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/render.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <iostream>

namespace strata::migrate {

namespace {

/// The live tables, each replaced by the replayed one where both are equal to this database: SQLite does not know an
/// enum's name, say, and the downgrade should still use it.
schema::MetaData prefer_replayed(const schema::MetaData& replayed, schema::MetaData live,
                                 const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer) {
    for (auto& table : live.tables) {
        const auto* known = replayed.find(table.name);
        if (known == nullptr) continue;
        schema::MetaData one;
        schema::MetaData other;
        one.tables.push_back(table);
        other.tables.push_back(*known);
        if (!compare_metadata(one, other, ddl, comparer).empty()) continue;
        auto not_compared = std::move(table.not_compared);
        table = *known;
        table.not_compared = std::move(not_compared);
    }
    return live;
}

void print_compared(const schema::MetaData& models) {
    std::vector<std::string> names;
    names.reserve(models.tables.size());
    for (const auto& table : models.tables) names.push_back(table.name.text());
    std::sort(names.begin(), names.end());
    std::cout << "Compared " << names.size() << (names.size() == 1 ? " table: " : " tables: ") << join(names) << "\n";
}

/// Whether a column of a table has this enum type, which is then compared with the column.
bool is_used(const schema::MetaData& database, const schema::Object& object) {
    return object.ref.kind == schema::ObjectKind::enum_type &&
           std::any_of(database.tables.begin(), database.tables.end(), [&](const auto& table) {
               return std::any_of(table.columns.begin(), table.columns.end(), [&](const auto& column) {
                   const schema::Type* const type = column.type.enum_type();
                   return type != nullptr && type->name == object.ref.name;
               });
           });
}

void print_not_compared(const schema::MetaData& database) {
    for (const auto& table : database.tables) {
        for (const auto& thing : table.not_compared) {
            std::cout << "Not compared: " << thing << " of table " << table.name << "\n";
        }
    }
    for (const auto& object : database.objects)
        if (!is_used(database, object)) std::cout << "Not compared: " << object.ref.text() << "\n";
    for (const auto& thing : database.not_compared) std::cout << "Not compared: " << thing << "\n";
}

/// Prints which columns cannot be added to a table that has rows, by the upgrade or back by the downgrade.
void print_notes(const std::vector<Operation>& operations, const char* direction) {
    for (const auto& operation : operations) {
        const auto* add = std::get_if<AddColumn>(&operation);
        if (add == nullptr) continue;
        const auto& column = add->column;
        if (column.nullable || column.server_default || column.computed || column.identity) continue;
        std::cout << "Note: " << add->table << "." << column.name
                  << " is NOT NULL and has no server default: " << direction << " fails where " << add->table
                  << " has rows\n";
    }
}

}  // namespace

Commands::Commands(const ToolConfig& config, const GlobalOptions& options)
    : config_(config),
      options_(options),
      file_(read_project_file(options.config)),
      directory_(find_directory(options, file_, config.directory)) {}

schema::MetaData Commands::models() const {
    try {
        return config_.metadata();
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

Commands::Comparison Commands::compare(const RevisionGraph& graph, const schema::MetaData& wanted, bool first) const {
    const auto database = engine();
    const auto& ddl = schema::ddl_compiler(database.dialect());
    auto heads = graph.heads();
    std::sort(heads.begin(), heads.end());
    const auto check_at_head = [&](const RevisionIds& ids) {
        if (ids == heads) return;
        throw MigrationError("Target database is not up to date. Run upgrade first; it is at " +
                             (ids.empty() ? "base" : join(ids)) + " and the head is " + join(heads));
    };
    const auto against_nothing = [&]() -> Comparison {
        return {compare_metadata({}, wanted, ddl, *schema::token_comparer()), {}};
    };
    if (database.dialect().is_missing(database.url())) {  // reading must not create the database
        check_at_head({});
        return against_nothing();
    }
    auto connection = connect_for_migration(database);
    const auto versions = VersionTable(*connection).read(*connection);
    graph.check_known(versions.ids);
    check_at_head(versions.ids);
    if (graph.empty() && first) return against_nothing();
    const auto comparer = schema::expression_comparer(*connection);
    const auto live = schema::reflect(*connection);
    auto before = prefer_replayed(replay_history(graph, heads).metadata, live, ddl, *comparer);
    // A constraint that the database stores without a name is dropped by its conventional name.
    for (auto& table : before.tables) schema::name_constraints(table);
    return {compare_metadata(live, wanted, ddl, *comparer), std::move(before)};
}

int Commands::write(const RevisionGraph& graph, const std::string& message, const RevisionIds& parents,
                    const Comparison& comparison) const {
    RevisionText text;
    do text.id = random_revision_id();
    while (graph.find(text.id) != nullptr);
    text.revises = parents;
    text.message = one_line(message);
    text.upgrade = comparison.operations;
    text.downgrade = reverse_all(comparison.operations, comparison.before);
    print_notes(text.upgrade, "upgrade");
    print_notes(text.downgrade, "downgrade");
    const auto path = write_revision(directory_, text);
    std::cout << "Generating " << path.string() << " ... done\n";
    return exit_done;
}

int Commands::migrate(const std::string& message) const {
    const auto history = graph();
    const auto head = history.head();
    const auto wanted = models();
    const auto comparison = compare(history, wanted, true);
    print_compared(wanted);
    print_not_compared(comparison.before);
    if (comparison.operations.empty()) {
        std::cout << "No changes detected; no revision was written.\n";
        return exit_done;
    }
    for (const auto& operation : comparison.operations) std::cout << "Detected " << describe(operation) << "\n";
    return write(history, message, head.empty() ? RevisionIds{} : RevisionIds{head}, comparison);
}

int Commands::revision(const std::string& message) const {
    const auto history = graph();
    const auto head = history.head();
    return write(history, message, head.empty() ? RevisionIds{} : RevisionIds{head}, {});
}

int Commands::merge(const std::string& message, const RevisionIds& revisions) const {
    const auto history = graph();
    RevisionIds parents;
    for (const auto& name : revisions.empty() ? RevisionIds{"heads"} : revisions) {
        for (auto& id : history.resolve(name, {})) {
            if (std::find(parents.begin(), parents.end(), id) == parents.end()) parents.push_back(std::move(id));
        }
    }
    if (parents.size() < 2) throw MigrationError("there is nothing to merge: 'heads' lists one revision or none");
    return write(history, message.empty() ? "merge " + join(parents, " and ") : message, parents, {});
}

int Commands::check() const {
    const auto history = graph();
    const auto wanted = models();
    const auto comparison = compare(history, wanted, false);
    print_compared(wanted);
    print_not_compared(comparison.before);
    if (comparison.operations.empty()) {
        std::cout << "No new upgrade operations detected.\n";
        return exit_done;
    }
    std::cout << "New upgrade operations detected:\n";
    for (const auto& operation : comparison.operations) std::cout << "  " << describe(operation) << "\n";
    return exit_differences;
}

}  // namespace strata::migrate
