#include "runner.hpp"

#include "history_state.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>
#include <strata/schema/reflection.hpp>

#include <chrono>
#include <thread>

namespace strata::migrate {

namespace {

constexpr std::string_view guard = "strata_revision";
constexpr auto longest_wait = std::chrono::seconds(30);  // for other writers, beside the engine's own busy timeout

/// The transaction of one revision with the compiler's brackets; whatever happens, they are put back.
class Bracket {
public:
    Bracket(core::Connection& connection, const OperationCompiler& compiler, const std::vector<Step>& steps)
        : connection_(connection), compiler_(compiler), steps_(steps) {
        wait_for_writers([&] { compiler_.before_transaction(connection_, steps_); });
    }
    Bracket(const Bracket&) = delete;
    Bracket& operator=(const Bracket&) = delete;
    ~Bracket() {
        try {
            connection_.rollback();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): a destructor
            // The connection is gone, and with it the transaction.
        }
        compiler_.after_transaction(connection_, steps_);
    }

private:
    core::Connection& connection_;
    const OperationCompiler& compiler_;
    const std::vector<Step>& steps_;
};

class TransactionEnded : public MigrationError {
public:
    TransactionEnded()
        : MigrationError(
              "it ended the revision's transaction, so what ran before may stay in the database; leave BEGIN, "
              "COMMIT and ROLLBACK to the migration") {}
};

/// Throws when the transaction that holds the guard is no longer open.
void check_guard(core::Connection& connection) {
    if (!connection.in_transaction()) throw TransactionEnded();
    try {
        connection.release_savepoint(guard);
    } catch (const Error&) {
        try {
            connection.rollback_to_savepoint(guard);
        } catch (const Error&) {
            throw TransactionEnded();
        }
        throw;  // the transaction is there, but a statement in it has failed
    }
    connection.savepoint(guard);
}

/// What to do where the operation found NULLs, to be put behind the database's own words; SQLite's rebuild says it by
/// itself.
std::string against_nulls(const Operation& operation) {
    const auto* added = std::get_if<AddColumn>(&operation);
    if (added != nullptr && !added->column.server_default && !added->column.computed)
        return ", since the table has rows; give it a default, or add it nullable, fill it and alter it then";
    const auto* altered = std::get_if<AlterColumn>(&operation);
    if (altered != nullptr && altered->nullable == false)
        return "; give them a value before the column becomes NOT NULL";
    if (std::holds_alternative<AddPrimaryKey>(operation)) return "; give them a value before the key is made";
    return {};
}

/// Row by row with bound values, by one prepared statement.
void write_rows(core::Connection& connection, const BulkInsert& insert) {
    const core::Dialect& dialect = connection.dialect();
    std::string sql = "INSERT INTO " + dialect.quoted(insert.table) + " (";
    std::string places;
    for (std::size_t i = 0; i < insert.columns.size(); ++i) {
        sql += i == 0 ? "" : ", ";
        dialect.quote(sql, insert.columns[i]);
        places += i == 0 ? "" : ", ";
        dialect.placeholder(places, static_cast<int>(i + 1));
    }
    sql += ") VALUES (" + places + ")";
    std::vector<core::Value> values(insert.columns.size());
    for (const auto& row : insert.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) values[i] = row[i].value();
        connection.execute(sql, values);
    }
}

/// Whether it can fail for the rows that stand.
bool makes_unique(const Operation& operation) {
    return std::holds_alternative<CreateIndex>(operation) || std::holds_alternative<AddUnique>(operation) ||
           std::holds_alternative<AddPrimaryKey>(operation);
}

std::vector<Step> compile(const OperationCompiler& compiler, const Revision& revision,
                          const std::vector<Operation>& operations, const schema::MetaData& before) {
    try {
        return compiler.compile(operations, before);
    } catch (const Error& error) {
        throw MigrationError("revision " + revision.label() + ": " + one_line(error.what()));
    }
}

}  // namespace

std::string progress_line(const Revision& revision, Direction direction) {
    const auto parents = join(revision.revises);
    const auto text = direction == Direction::up ? "Running upgrade " + parents + " -> " + revision.id
                                                 : "Running downgrade " + revision.id + " -> " + parents;
    return one_line(revision.message).empty() ? text : text + ", " + one_line(revision.message);
}

void wait_for_writers(const std::function<void()>& call) {
    const auto deadline = std::chrono::steady_clock::now() + longest_wait;
    for (;;) {
        try {
            return call();
        } catch (const Timeout& error) {
            if (!error.retryable() || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

RevisionIds Runner::run(const Revisions& path, Direction direction) {
    RevisionIds ids;
    for (const Revision* revision : path) {
        if (run_one(*revision, direction)) ids.push_back(revision->id);
    }
    return ids;
}

bool Runner::run_one(const Revision& revision, Direction direction) {
    bool done = false;
    while (!attempt(revision, direction, done)) {
    }
    return done;
}

bool Runner::changed_since(const RevisionIds& ids) const {
    Versions versions;
    wait_for_writers([&] { versions = read_versions(connection_); });
    return versions.ids != ids;
}

/// False when another process changed the history between reading it and the transaction: then it has to be tried
/// again.
bool Runner::attempt(const Revision& revision, Direction direction, bool& done) {
    Versions versions;
    wait_for_writers([&] { versions = read_versions(connection_); });
    graph_.check_known(versions.ids);
    if (graph_.applied(versions.ids, revision) == (direction == Direction::up)) return true;

    const auto operations =
        direction == Direction::up ? revision.upgrade_operations() : revision.downgrade_operations();
    const auto& compiler = operation_compiler(connection_.dialect());
    auto state = replay_history(graph_, versions.ids);
    std::vector<Step> steps;
    try {
        prepare_state(state, revision, operations, [&] { return schema::reflect(connection_); });
        steps = compile(compiler, revision, operations, state.metadata);
    } catch (const Error&) {
        // What is there may be the work of another process already.
        if (changed_since(versions.ids)) return false;
        throw;
    }

    std::size_t at = 0;
    bool running = false;
    const auto fail = [&](const std::string& reason) {
        const auto [operation, cause] = failed_operation(operations, steps, at);
        throw MigrationError("revision " + revision.label() + ": " + operation + (cause.empty() ? reason : cause) +
                             "; nothing of it stays");
    };
    try {
        const Bracket bracket(connection_, compiler, steps);
        wait_for_writers([&] { connection_.begin(core::immediate_transaction); });
        if (reread_versions(connection_, versions.table_exists) != versions.ids) return false;
        if (progress_) progress_(progress_line(revision, direction));
        connection_.savepoint(guard);
        running = true;
        run_steps(steps, at);
        write_versions(connection_, versions.ids,
                       direction == Direction::up ? graph_.after_upgrade(versions.ids, revision)
                                                  : graph_.after_downgrade(versions.ids, revision));
        compiler.before_commit(connection_, steps);
        connection_.release_savepoint(guard);
        connection_.commit();
    } catch (const TransactionEnded& error) {
        throw MigrationError("revision " + revision.label() + ": " + failed_operation(operations, steps, at).first +
                             error.what());
    } catch (const NotNullViolation& error) {
        if (!running) throw;
        const auto advice = at < steps.size() ? against_nulls(operations[steps[at].first_operation]) : "";
        fail(one_line(error.what()) + advice);
    } catch (const UniqueViolation& error) {
        if (!running) throw;
        const bool of_rows = at < steps.size() && makes_unique(operations[steps[at].first_operation]);
        fail(one_line(error.what()) + (of_rows ? "; rows of the table have equal values, mend them first" : ""));
    } catch (...) {
        if (!running) throw;
        fail(thrown());
    }
    done = true;
    return true;
}

void Runner::run_steps(const std::vector<Step>& steps, std::size_t& at) {
    for (at = 0; at < steps.size(); ++at) {
        if (const auto* sql = std::get_if<SqlStep>(&steps[at])) {
            connection_.script(sql->sql);
        } else if (const auto* rows = std::get_if<RowsStep>(&steps[at])) {
            write_rows(connection_, rows->insert);
        } else if (const auto* live = std::get_if<LiveStep>(&steps[at])) {
            live->run(connection_);
        } else {
            std::get<CallbackStep>(steps[at]).callback(connection_);
        }
        check_guard(connection_);
    }
}

/// `add column songs.genre: ` or, of several operations in one step, `change table songs: `; and a better cause than
/// the database's, where there is one.
std::pair<std::string, std::string> Runner::failed_operation(const std::vector<Operation>& operations,
                                                             const std::vector<Step>& steps, std::size_t failed) const {
    if (failed >= steps.size()) return {};
    const Step& step = steps[failed];
    const auto* live = std::get_if<LiveStep>(&step);
    if (live != nullptr && step.first_operation != step.last_operation) return {live->description + ": ", {}};
    const Operation& operation = operations[step.first_operation];
    const auto words = describe(operation) + ": ";
    const auto* create = std::get_if<CreateTable>(&operation);
    if (create == nullptr) return {words, {}};
    try {
        if (schema::reflect(connection_).find(create->table.name) == nullptr) return {words, {}};
    } catch (const std::exception&) {
        return {words, {}};  // what failed first is what counts
    }
    return {words, "table " + create->table.name +
                       " already exists; a database that has its tables already is taken in with 'baseline', or "
                       "with 'stamp REVISION'"};
}

}  // namespace strata::migrate
