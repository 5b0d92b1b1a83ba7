#include "catalogue.hpp"
#include "compilation.hpp"
#include "operations/compiler.hpp"
#include "operations/kept.hpp"
#include "scratch.hpp"
#include "text.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/dialect.hpp>
#include <strata/core/error.hpp>
#include <strata/core/log.hpp>
#include <strata/schema/detail/sqlite/tokens.hpp>
#include <strata/schema/reflection.hpp>

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <optional>

namespace strata::migrate::sqlite {
namespace {

using schema::detail::sqlite::same_name;

std::string literal(const core::Dialect& dialect, const std::string& text) {
    std::string sql;
    dialect.literal(sql, core::Value::text(text));
    return sql;
}

/// The operating system's name of the user; empty where it has none.
std::string user_name() {
    std::array<char, 4096> buffer{};
    ::passwd entry{};
    ::passwd* found = nullptr;
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return {};
    return found->pw_name;
}

/// Statements of a script that fail with the message where the count is not 0. SQLite raises an error outside of a
/// trigger only by a constraint, whose name it reports.
std::vector<Statement> expect_none(const core::Dialect& dialect, const std::string& count, const std::string& message) {
    const std::string table = "temp._strata_check";
    return {Statement{"CREATE TABLE " + table + " (\"in the way\" INTEGER CONSTRAINT " + dialect.quoted(message) +
                          " CHECK (\"in the way\" = 0))",
                      StatementKind::assertion},
            Statement{"INSERT INTO " + table + " " + count, StatementKind::assertion},
            Statement{"DROP TABLE " + table, StatementKind::assertion}};
}

/// The foreign keys that refer to columns that are not unique, for which SQLite refuses to check the whole table. It
/// does not mind a table that is missing.
TablePairs mismatched_keys(core::Connection& connection) {
    TablePairs keys;
    for (const auto& [violation, count] : foreign_key_violations(connection))
        if (std::get<1>(violation) == mismatch) keys.emplace_back(std::get<0>(violation), std::get<2>(violation));
    return keys;
}

std::vector<std::string> tables_of(const TablePairs& keys) {
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const auto& key : keys) names.push_back(key.first);
    return names;
}

/// Counts the rows without a partner by table and referred table: of the tables that SQLite refuses to check
/// (`unchecked`) by `queries`, and not between the pairs that may have such rows.
std::string count_orphans(const core::Dialect& dialect, const std::vector<std::string>& unchecked,
                          const TablePairs& allowed, const std::vector<std::string>& queries) {
    std::string names;
    for (const auto& name : unchecked) names += (names.empty() ? "" : ", ") + literal(dialect, name);
    std::string pairs;
    for (const auto& [from, to] : allowed)
        pairs += (pairs.empty() ? "(" : ", (") + literal(dialect, from) + ", " + literal(dialect, to) + ")";
    std::string rows =
        "SELECT c.\"table\" AS name, c.rowid AS row, c.parent AS parent FROM main.sqlite_schema AS m, "
        "pragma_foreign_key_check(m.name) AS c WHERE m.type = 'table' AND m.name COLLATE NOCASE NOT IN (" +
        names + ")";
    for (const auto& query : queries) rows += " UNION ALL " + query;
    std::string sql = "SELECT name, parent, count(*) AS many FROM (" + rows + ")";
    if (!pairs.empty()) sql += " WHERE (name COLLATE NOCASE, parent COLLATE NOCASE) NOT IN (VALUES " + pairs + ")";
    return sql + " GROUP BY name COLLATE NOCASE, parent COLLATE NOCASE";
}

class SqliteRevision final : public CompiledRevision {
public:
    SqliteRevision(const core::Dialect& dialect, Compiled compiled)
        : dialect_(dialect), compiled_(std::move(compiled)) {}

    [[nodiscard]] std::vector<Statement> next(const std::function<Snapshot()>& shape) override {
        scratch_.reset();  // the user's SQL or code may have changed anything
        std::vector<Statement> statements;
        while (at_ < compiled_.parts.size()) {
            append_next(statements, shape);
            if (statements.empty()) continue;
            const auto kind = statements.back().kind;
            if (kind == StatementKind::user || kind == StatementKind::callback) break;
            if (!keeps_up(statements)) break;
        }
        return statements;
    }

    [[nodiscard]] std::vector<Statement> rehearse(Snapshot& shape) override {
        // Where the metadata says all of the shape, a database in memory is made only if a change needs it.
        if (shape.stored) scratch_.emplace(shape);
        std::vector<Statement> statements;
        while (at_ < compiled_.parts.size()) {
            const auto begun = statements.size();
            append_next(statements, [&] { return shape; });
            if (begun == statements.size()) continue;
            if (statements.back().kind == StatementKind::user)
                try_user_sql(statements, shape);
            else if (runs_as_it_is_)
                run(statements.back());
        }
        if (shape.stored) scratch_->write_to(shape);
        return statements;
    }

    [[nodiscard]] std::vector<Statement> script(Snapshot& shape, const std::vector<Statement>& opening,
                                                const std::vector<Statement>& closing) override;

    /// While foreign keys are on, DROP TABLE deletes the rows that refer to the table. The pragma has no effect inside
    /// a transaction: https://sqlite.org/pragma.html#pragma_foreign_keys
    void before_transaction(core::Connection& connection) override {
        if (!compiled_.foreign_keys_off) return;
        violations_ = foreign_key_violations(connection);  // may fail on a lock, so before any change
        were_on_ = connection.scalar("PRAGMA foreign_keys") == "1";
        if (!were_on_) return;
        connection.script("PRAGMA foreign_keys = OFF");
        if (connection.scalar("PRAGMA foreign_keys") != "0")
            throw MigrationError(
                "SQLite did not switch foreign keys off, which changing a table needs; end the open transaction first");
    }

    void before_commit(core::Connection& connection) override {
        connection.clear_statements();  // none of the revision's statements runs again
        if (!compiled_.foreign_keys_off) return;
        Violations before;
        for (const auto& [key, count] : violations_) {
            const auto& [table, rowid, referred] = key;
            before[{now(table), rowid, now(referred)}] += count;
        }
        auto after = foreign_key_violations(connection);
        std::erase_if(after, [&](const auto& violation) {
            return may_dangle(std::get<0>(violation.first), std::get<2>(violation.first));
        });
        const auto broken = new_violations(before, after);
        if (!broken.empty()) throw MigrationError(broken + "; mend them first");
    }

    /// The pragma has no effect, and reports none, while a transaction is open.
    [[nodiscard]] bool after_transaction(core::Connection& connection) noexcept override {
        if (!compiled_.foreign_keys_off) return true;
        try {
            connection.script("PRAGMA legacy_alter_table = OFF");  // a failure may have left it on
            if (!were_on_) return true;
            connection.script("PRAGMA foreign_keys = ON");
            if (connection.scalar("PRAGMA foreign_keys") == "1") return true;
            core::log::write(core::log::Level::error, "SQLite did not switch foreign keys on again");
        } catch (const std::exception& error) {
            core::log::write(core::log::Level::error, std::string("foreign keys stay off: ") + error.what());
        }
        return false;
    }

private:
    /// Appends the statements of the next part. A copy of the shape is made when a part first needs it; what comes
    /// before in `statements` has not run on the database that `shape` reads.
    void append_next(std::vector<Statement>& statements, const std::function<Snapshot()>& shape) {
        auto& part = compiled_.parts[at_++];
        const auto begun = statements.size();
        auto* const statement = std::get_if<Statement>(&part);
        runs_as_it_is_ = statement != nullptr;
        if (statement != nullptr) {
            place_ = statement->place;
            statements.push_back(std::move(*statement));
        } else {
            const auto& change = std::get<Change>(part);
            place_ = change.place;
            if (!scratch_) make_scratch(shape(), statements);
            scratch_->need(change.table);
            Journal journal(scratch_->connection(), statements);
            change.write(journal);
        }
        for (auto i = begun; i < statements.size(); ++i) statements[i].place = place_;
    }

    void make_scratch(const Snapshot& shape, const std::vector<Statement>& before) {
        scratch_.emplace(shape);
        for (const auto& statement : before) scratch_->run(statement);
    }

    void run(const Statement& statement) {
        if (scratch_) scratch_->run(statement);
    }

    /// Does to the copy what the last statement does. False where the copy refuses it: the database may too, in its own
    /// words, and what comes after is planned when it has run.
    [[nodiscard]] bool keeps_up(const std::vector<Statement>& statements) {
        if (!runs_as_it_is_) return true;
        try {
            run(statements.back());
            return true;
        } catch (const Error&) {
            return false;
        }
    }

    void try_user_sql(const std::vector<Statement>& statements, Snapshot& shape) {
        if (!scratch_) make_scratch(shape, {statements.begin(), statements.end() - 1});
        try {
            scratch_->run(statements.back());
        } catch (const Error& error) {
            throw MigrationError("its SQL does not run on a copy of the database without rows (" +
                                 one_line(error.what()) + "), so what it does to the schema is not known");
        }
        scratch_->write_to(shape);
        scratch_.emplace(shape);  // without the rows that it may have written
    }

    /// The table's name after the renames of the revision.
    [[nodiscard]] std::string now(std::string table) const {
        for (const auto& [from, to] : compiled_.renamed_tables)
            if (same_name(table, from)) table = to;
        return table;
    }
    [[nodiscard]] bool may_dangle(const std::string& table, const std::string& referred) const {
        return std::any_of(compiled_.dangling.begin(), compiled_.dangling.end(), [&](const auto& key) {
            return same_name(key.first, table) && same_name(key.second, referred);
        });
    }

    const core::Dialect& dialect_;
    Compiled compiled_;
    std::size_t at_ = 0;          // the next part
    bool runs_as_it_is_ = false;  // whether the last part was a statement, which the copy has not run
    std::optional<Scratch> scratch_;
    bool were_on_ = false;   // foreign keys, before the transaction
    Violations violations_;  // before it
};

/// What a running revision would find in the rows, the script finds by statements that fail.
std::vector<Statement> SqliteRevision::script(Snapshot& shape, const std::vector<Statement>& opening,
                                              const std::vector<Statement>& closing) {
    const bool rebuilds = compiled_.foreign_keys_off;
    std::vector<Statement> script;
    const auto add = [&](const std::string& sql, StatementKind kind = StatementKind::ddl) {
        script.push_back(Statement{sql, kind});
    };
    const auto add_all = [&](std::vector<Statement> list) { std::ranges::move(list, std::back_inserter(script)); };
    const std::string orphans = "temp._strata_orphans";
    TablePairs mismatched;
    if (rebuilds) add("PRAGMA foreign_keys = OFF", StatementKind::setting);
    add("BEGIN IMMEDIATE");
    add_all(opening);
    if (rebuilds) {
        Scratch before(shape);
        mismatched = mismatched_keys(before.connection());
        add("CREATE TABLE " + orphans + " AS " +
            count_orphans(dialect_, tables_of(mismatched), {},
                          orphan_queries(before.connection(), tables_of(mismatched))));
        if (!shape.stored) before.write_to(shape);
    }
    for (auto& statement : rehearse(shape)) {
        if (statement.kind == StatementKind::assertion)
            add_all(expect_none(dialect_, statement.sql, counted(statement.refusal, "some")));
        else
            script.push_back(std::move(statement));
    }
    if (rebuilds) {
        Scratch after(shape);
        // A key that cannot be checked any more, and is not meant to be so, makes the script fail here.
        TablePairs broken;
        std::vector<std::string> by_queries;
        const auto now_mismatched = mismatched_keys(after.connection());
        for (const auto& key : now_mismatched) {
            const bool was = std::any_of(mismatched.begin(), mismatched.end(), [&](const auto& old) {
                return same_name(now(old.first), key.first) && same_name(now(old.second), key.second);
            });
            if (was || may_dangle(key.first, key.second))
                by_queries.push_back(key.first);
            else
                broken.push_back(key);
        }
        for (const auto& [name, referred] : broken) std::erase(by_queries, name);
        const auto counts =
            "SELECT count(*) FROM (" +
            count_orphans(dialect_, by_queries, compiled_.dangling, orphan_queries(after.connection(), by_queries)) +
            ") AS now WHERE now.many > (SELECT coalesce(sum(old.many), 0) FROM " + orphans +
            " AS old WHERE old.name = now.name COLLATE NOCASE AND old.parent = now.parent COLLATE "
            "NOCASE)";
        add_all(expect_none(dialect_, counts, "rows would refer to a table without finding a row there"));
        add("DROP TABLE " + orphans);
    }
    add_all(closing);
    add("COMMIT");
    if (rebuilds) add("PRAGMA foreign_keys = ON", StatementKind::setting);
    return script;
}

/// Why the connection cannot write; empty where it can, or another one writes just now. A file that may not be written
/// is opened for reading, without an error, and with a write-ahead log a transaction fails at its first change only.
std::string cannot_write(core::Connection& connection) {
    if (connection.scalar("SELECT 1 FROM pragma_query_only WHERE query_only = 1").has_value())
        return "the connection may only read";
    const auto file = connection.scalar("SELECT file FROM pragma_database_list WHERE name = 'main'").value_or("");
    const auto folder = std::filesystem::path(file).parent_path();
    const auto may_write = [](const char* path) { return ::faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0; };
    if (!file.empty() && !may_write(file.c_str())) return "the file " + file + " may only be read";
    if (!file.empty() && !may_write(folder.c_str()))
        return "the folder " + folder.string() + " may not be written, where SQLite keeps its journal";
    try {
        connection.begin(core::immediate_transaction);
        connection.rollback();
    } catch (const Timeout&) {
        return {};
    } catch (const Error& error) {
        return "it cannot be written: " + one_line(error.what());
    }
    return {};
}

class SqliteOperationCompiler final : public detail::DialectOperationCompiler {
public:
    [[nodiscard]] const core::Dialect& dialect() const override { return core::dialect_for("sqlite"); }

    [[nodiscard]] std::unique_ptr<CompiledRevision> compile(const std::vector<Operation>& operations,
                                                            const schema::MetaData& before) const override {
        const auto split = migrate::split(operations, before, false);
        auto compiled = sqlite::compile(dialect(), split.operations, before);
        for (auto& part : compiled.parts) std::visit([&](auto& each) { split.restore(each.place); }, part);
        return std::make_unique<SqliteRevision>(dialect(), std::move(compiled));
    }
    [[nodiscard]] Snapshot read_shape(core::Connection& connection) const override { return stored_shape(connection); }
    [[nodiscard]] bool keeps_text() const noexcept override { return true; }
    [[nodiscard]] bool allows_dangling_keys() const noexcept override { return true; }
    [[nodiscard]] schema::MetaData metadata_of(const Snapshot& shape) const override {
        if (!shape.stored) return shape.metadata;
        Scratch scratch(shape);
        return schema::reflect(scratch.connection());
    }
    [[nodiscard]] std::vector<Statement> expect_versions(const std::string& table,
                                                         std::vector<std::string> ids) const override {
        std::string list;
        for (const auto& id : ids) list += (list.empty() ? "" : ", ") + literal(dialect(), id);
        return expect_none(dialect(),
                           "SELECT (SELECT count(*) FROM " + table + ") <> " + std::to_string(ids.size()) +
                               " OR (SELECT count(*) FROM " + table + " WHERE \"version_num\" IN (" + list + ")) <> " +
                               std::to_string(ids.size()),
                           "the database is not at " + (ids.empty() ? "no revision" : join(ids)) +
                               ", where this script begins; see where it is with 'current'");
    }

    [[nodiscard]] std::string user_sql() const override {
        const auto name = user_name();
        return name.empty() ? "NULL" : literal(dialect(), name);
    }
    [[nodiscard]] std::string script_user_sql() const override { return "NULL"; }
    [[nodiscard]] std::vector<std::string_view> statements_of(std::string_view script) const override {
        return core::detail::split_script(script, dialect().lexis(), true);
    }
    [[nodiscard]] Examination examine(core::Connection& connection) const override {
        using State = Examined::State;
        Examination list;
        list.push_back({State::good, "SQLite", connection.scalar("SELECT sqlite_version()").value_or("?")});
        const auto fault = cannot_write(connection);
        list.push_back(fault.empty() ? Examined{State::good, "rights", "the connection may write"}
                                     : Examined{State::problem, "rights", fault});
        const auto broken = connection.scalar("SELECT quick_check FROM pragma_quick_check(1)").value_or("ok");
        list.push_back(broken == "ok"
                           ? Examined{State::good, "file", "quick_check finds nothing"}
                           : Examined{State::problem, "file", "it is damaged; PRAGMA integrity_check says how"});
        const auto orphans = connection.scalar("SELECT count(*) FROM pragma_foreign_key_check").value_or("0");
        list.push_back(orphans == "0"
                           ? Examined{State::good, "foreign keys", "every row has its partner"}
                           : Examined{State::warning, "foreign keys",
                                      orphans + " rows have no partner; PRAGMA foreign_key_check names them"});
        return list;
    }
    [[nodiscard]] bool has_schemas() const noexcept override { return false; }
    [[nodiscard]] core::Url in_schema(const core::Url&, const std::string&) const override {
        throw UsageError("an SQLite database has no schemas; --urls FILE is for several databases");
    }
    void start_at(core::Url& url, const std::filesystem::path& folder) const override {
        if (url.database != ":memory:") url.database = (folder / url.database).lexically_normal().string();
    }
};

}  // namespace

const detail::DialectOperationCompiler& operation_compiler() {
    static const SqliteOperationCompiler compiler;
    return compiler;
}

}  // namespace strata::migrate::sqlite
