#include "recorded.hpp"

#include "readers.hpp"
#include "text.hpp"
#include "tools.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace strata::migrate::adopt {
namespace {

using core::internal::contains;

/// The adopted revisions: for each version the id, and the versions in their order.
struct Adopted {
    std::string tool;
    std::map<std::string, std::string> ids;
    std::vector<std::string> versions;
};

Adopted adopted_of(const RevisionGraph& graph) {
    Adopted adopted;
    for (const Revision* revision : graph.sorted()) {
        if (revision->adopted_from.empty()) continue;
        const auto blank = revision->adopted_from.find(' ');
        const auto tool = revision->adopted_from.substr(0, blank);
        const auto version = revision->adopted_from.substr(blank + 1);
        if (!adopted.tool.empty() && adopted.tool != tool)
            throw MigrationError("revision " + revision->label() + " was adopted from " + tool + " and others from " +
                                 adopted.tool + "; say where the database is with 'stamp REV'");
        adopted.tool = tool;
        if (!adopted.ids.emplace(version, revision->id).second)
            throw MigrationError("revision " + revision->label() + " says '-- adopted: " + revision->adopted_from +
                                 "' as another one does; each version has become one revision");
        adopted.versions.push_back(version);
    }
    return adopted;
}

std::string table_of(std::string_view tool) {
    if (tool == alembic_tool) return "alembic_version";
    if (tool == flyway_tool) return "flyway_schema_history";
    return "schema_migrations";
}

/// Reads a tool's table.
class TableReader {
public:
    TableReader(core::Connection& connection, const Adopted& adopted, const std::string& schema,
                const std::string& table)
        : connection_(connection),
          adopted_(adopted),
          table_(table),
          name_(connection.dialect().quoted(schema) + "." + connection.dialect().quoted(table)) {}

    std::vector<std::string> versions() {
        if (adopted_.tool == alembic_tool) return of_alembic();
        if (adopted_.tool == flyway_tool) return of_flyway();
        return of_golang_migrate();
    }

private:
    [[noreturn]] void refuse_unknown(const std::string& version) const {
        throw MigrationError(
            "the table " + table_ + " names the version '" + printable(version) +
            "', which no revision was adopted from; bring the database to one that was with " +
            (adopted_.tool == sql_tool ? std::string("the tool that it was migrated with") : adopted_.tool) +
            ", or say where it is with 'stamp REV'");
    }

    std::vector<std::string> of_alembic() {
        std::vector<std::string> versions;
        auto cursor = connection_.query("SELECT version_num FROM " + name_ + " ORDER BY version_num");
        while (cursor.next()) {
            const std::string version(cursor.row().text(0));
            if (!adopted_.ids.contains(version)) refuse_unknown(version);
            versions.push_back(version);
        }
        return versions;
    }

    /// One row says the last version, and whether its run has failed.
    std::vector<std::string> of_golang_migrate() {
        struct Row {
            std::string version;
            bool dirty;
        };
        std::vector<Row> rows;
        try {
            auto cursor = connection_.query(
                "SELECT CAST(version AS VARCHAR(32)), CASE WHEN dirty THEN 1 ELSE 0 END FROM " + name_);
            while (cursor.next()) rows.push_back({std::string(cursor.row().text(0)), cursor.row().integer(1) != 0});
        } catch (const ConnectionError&) {
            throw;
        } catch (const Error& error) {
            throw MigrationError("the table " + table_ + " is not that of golang-migrate (" + one_line(error.what()) +
                                 "); say where the database is with 'stamp REV'");
        }
        if (rows.size() > 1)
            throw MigrationError("the table " + table_ +
                                 " has several rows, and so is not that of golang-migrate; say where the database is "
                                 "with 'stamp REV'");
        std::vector<std::string> versions;
        for (const auto& [text, dirty] : rows) {
            if (dirty)
                throw MigrationError("the table " + table_ + " says that version " + printable(text) +
                                     " has failed half-way (dirty); put the database in order first, with that tool");
            if (text.starts_with('-')) continue;  // before the first
            const auto version = normal_version(text);
            if (!adopted_.ids.contains(version)) refuse_unknown(text);
            versions.push_back(version);
        }
        return versions;
    }

    /// A row for each run: https://documentation.red-gate.com/fd/flyway-schema-history-table-273973417.html
    std::vector<std::string> of_flyway() {
        std::set<std::string> applied;
        std::string baseline;
        auto cursor = connection_.query("SELECT version, description, type, CASE WHEN success THEN 1 ELSE 0 END FROM " +
                                        name_ + " ORDER BY installed_rank");
        while (cursor.next()) {
            const auto& row = cursor.row();
            const std::string type(row.text(2));
            const bool repeatable = row.is_null(0);
            std::string version =
                repeatable ? std::string(row.is_null(1) ? "" : row.text(1)) : std::string(row.text(0));
            if (type == "SCHEMA") continue;  // Flyway has made the schema
            if (row.integer(3) == 0)
                throw MigrationError("the table " + table_ + " says that " +
                                     (repeatable ? "the repeatable migration '" : "version '") + printable(version) +
                                     "' has failed; put the database in order and run 'flyway repair' first");
            if (repeatable) {
                std::ranges::replace(version, ' ', '_');
                version = "R__" + version;
            } else {
                version = normal_version(version);
            }
            if (type == "DELETE" || type.starts_with("UNDO")) {
                applied.erase(version);
            } else if (type == "BASELINE") {
                baseline = version;
            } else if (repeatable || adopted_.ids.contains(version)) {
                applied.insert(version);
            } else {
                refuse_unknown(std::string(row.text(0)));
            }
        }
        return last_of(applied, baseline);
    }

    /// The last one that has run. Those before it have run too, in a history without branches; a baseline stands for
    /// all up to it.
    [[nodiscard]] std::vector<std::string> last_of(const std::set<std::string>& applied,
                                                   const std::string& baseline) const {
        std::string last;
        std::string missing;
        for (const auto& version : adopted_.versions) {
            const bool repeatable = version.starts_with("R__");
            const bool below = !repeatable && !baseline.empty() && !version_before(baseline, version);
            if (!applied.contains(version) && !below) {
                if (missing.empty()) missing = version;
                continue;
            }
            if (missing.empty())
                last = version;
            else if (!repeatable)
                throw MigrationError("the table " + table_ + " has version " + version + " and not " + missing +
                                     ", which comes before it; run that with Flyway first (outOfOrder)");
        }
        if (last.empty()) return {};
        return {last};
    }

    core::Connection& connection_;
    const Adopted& adopted_;
    const std::string& table_;
    std::string name_;  // quoted and qualified
};

}  // namespace

Recorded read_recorded(core::Connection& connection, const RevisionGraph& graph, const std::string& table_name) {
    const auto adopted = adopted_of(graph);
    if (adopted.tool.empty())
        throw UsageError("no revision here was adopted from another tool; say where the database is with 'stamp REV'");
    Recorded recorded{adopted.tool, table_name.empty() ? table_of(adopted.tool) : table_name};
    const auto schema = schema::current_schema(connection);
    if (!schema::has_table(connection, schema, recorded.table))
        throw MigrationError("the database has no table " + printable(recorded.table) + " in " + schema +
                             ", by which it would say where it is; name the table by --tool-table, or say where "
                             "the database is with 'stamp REV'");
    recorded.versions = TableReader(connection, adopted, schema, recorded.table).versions();
    for (const auto& version : recorded.versions) recorded.ids.push_back(adopted.ids.at(version));
    std::ranges::sort(recorded.ids);
    return recorded;
}

std::string migrated_by(core::Connection& connection, const RevisionGraph& graph) {
    const bool any = std::ranges::any_of(graph.sorted(), [](const auto* each) { return !each->adopted_from.empty(); });
    if (!any) return {};
    const auto adopted = adopted_of(graph);
    const auto schema = schema::current_schema(connection);
    if (!schema::has_table(connection, schema, table_of(adopted.tool))) return {};
    try {
        // At the tool's base nothing has run.
        if (TableReader(connection, adopted, schema, table_of(adopted.tool)).versions().empty()) return {};
    } catch (const MigrationError&) {  // NOLINT(bugprone-empty-catch): a version that is not known has run as well
    }
    return adopted.tool;
}

void check_kind(const Revisions& path, const core::Dialect& dialect, bool down) {
    for (const Revision* revision : path) {
        if (revision->adopted_from.empty() || (down ? !revision->downgrade : !revision->upgrade)) continue;
        for (const auto& operation : down ? revision->downgrade_operations() : revision->upgrade_operations()) {
            const auto* sql = std::get_if<Execute>(&operation);
            if (sql == nullptr || !sql->sql.empty()) continue;
            const bool has_own =
                std::ranges::any_of(sql->per_dialect, [&](const auto& each) { return dialect.answers_to(each.first); });
            if (!has_own)
                throw MigrationError("revision " + revision->label() + " was adopted for " +
                                     sql->per_dialect.front().first + " and has no section '-- " +
                                     (down ? "downgrade: " : "upgrade: ") + std::string(dialect.name()) +
                                     "'; write it, or adopt the history for that kind of database too");
        }
    }
}

}  // namespace strata::migrate::adopt
