#include "runner.hpp"

#include "history/history_state.hpp"
#include "operations/compiler.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/log.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/schema/reflection.hpp>

#include <chrono>
#include <thread>

namespace strata::migrate {

namespace {

constexpr std::string_view guard = "strata_revision";
constexpr auto longest_wait = std::chrono::seconds(30);  // for other writers, on top of the engine's own busy timeout
constexpr auto silent_wait = std::chrono::seconds(2);    // for the migration lock

class TransactionEnded : public MigrationError {
public:
    TransactionEnded()
        : MigrationError(
              "it ended the revision's transaction, so what ran before may stay in the database; leave BEGIN, "
              "COMMIT and ROLLBACK to the migration") {}
};

/// Thrown when the answer to a COMMIT was lost.
class CommitUnknown : public MigrationError {
public:
    using MigrationError::MigrationError;
};

/// Throws when the transaction that holds the guard has ended.
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
        throw;  // the transaction is still open, but a statement in it has failed
    }
    connection.savepoint(guard);
}

/// Advice that is appended to a NOT NULL violation; empty for SQLite's rebuild, whose own message contains it.
std::string against_nulls(const Operation& operation) {
    const auto* added = std::get_if<AddColumn>(&operation);
    if (added != nullptr && !added->column.server_default && !added->column.computed)
        return ", since the table has rows; give it a default, or add it nullable, fill it and alter it then";
    const auto* altered = std::get_if<AlterColumn>(&operation);
    const auto* nullable = altered != nullptr ? altered->patch.find(&schema::Column::nullable) : nullptr;
    if (nullable != nullptr && !*nullable) return "; give them a value before the column becomes NOT NULL";
    if (std::holds_alternative<AddPrimaryKey>(operation)) return "; give them a value before the key is made";
    return {};
}

/// Inserts row by row with bound values, using one prepared statement.
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

/// Whether the operation can fail because of the existing rows.
bool makes_unique(const Operation& operation) {
    return std::holds_alternative<CreateIndex>(operation) || std::holds_alternative<AddUnique>(operation) ||
           std::holds_alternative<AddExclude>(operation) || std::holds_alternative<AddPrimaryKey>(operation);
}

std::vector<Step> compile(const OperationCompiler& compiler, const Revision& revision,
                          const std::vector<Operation>& operations, const schema::MetaData& before) {
    try {
        return compiler.compile(operations, before);
    } catch (const Error& error) {
        throw MigrationError("revision " + revision.label() + ": " + one_line(error.what()));
    }
}

void refuse_rows_in_the_way(core::Connection& connection, const Revision& revision,
                            const std::vector<RowQuestion>& questions) {
    auto findings = ask_rows(connection, questions);
    std::erase_if(findings, [](const RowFinding& finding) { return finding.fault == RowFault::unknown; });
    if (!findings.empty()) throw RowsInTheWay(revision.label(), std::move(findings));
}

}  // namespace

std::string progress_line(const Revision& revision, Direction direction) {
    const auto parents = join(revision.revises);
    const auto text = direction == Direction::up ? "Running upgrade " + parents + " -> " + revision.id
                                                 : "Running downgrade " + revision.id + " -> " + parents;
    return one_line(revision.message).empty() ? text : text + ", " + one_line(revision.message);
}

void wait_for_writers(const std::function<void()>& call, const std::function<bool()>& worth_it) {
    const auto deadline = std::chrono::steady_clock::now() + longest_wait;
    for (;;) {
        try {
            return call();
        } catch (const Timeout& error) {
            if (!error.retryable() || !worth_it() || std::chrono::steady_clock::now() > deadline) throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

void wait_for_lock(std::optional<core::MigrationLock>& lock, core::Connection& connection, const Progress& progress) {
    try {
        lock.emplace(connection, silent_wait);
        return;
    } catch (const Timeout&) {  // report it, then wait for it longer
        const std::string line = "Waiting for the migration lock: another migration run or create_all holds it";
        if (progress)
            progress(line);
        else
            core::log::write(core::log::Level::warning, line);
    }
    lock.emplace(connection);
}

/// One revision's transaction with the compiler's brackets; they are closed whatever happens.
class Runner::Bracket {
public:
    Bracket(Runner& runner, const std::vector<Step>& steps) : runner_(runner), steps_(steps) {
        wait_for_writers([&] { runner_.compiler_.before_transaction(runner_.connection_, steps_); });
    }
    Bracket(const Bracket&) = delete;
    Bracket& operator=(const Bracket&) = delete;
    ~Bracket() {
        try {
            runner_.connection_.rollback();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): a destructor
            // The connection is lost, and the transaction with it.
        }
        if (!runner_.compiler_.after_transaction(runner_.connection_, steps_)) runner_.spoilt_ = true;
        try {
            runner_.connection_.restore_session();
        } catch (const std::exception& error) {
            core::log::write(core::log::Level::debug, std::string("the session is not restored: ") + error.what());
            runner_.spoilt_ = true;
        }
    }

private:
    Runner& runner_;
    const std::vector<Step>& steps_;
};

struct Runner::Plan {
    std::vector<Operation> operations;
    std::vector<Step> steps;
    std::vector<RowQuestion> questions;
    HistoryState after;  // as PreparedState's
};

Runner::Runner(core::Connection& connection, const VersionTable& versions, const RevisionGraph& graph,
               ReplayedHistory& history, const Progress& progress)
    : connection_(connection),
      versions_(versions),
      graph_(graph),
      history_(history),
      progress_(progress),
      compiler_(operation_compiler(connection.dialect())) {}

RevisionIds Runner::run(const Revisions& path, Direction direction) {
    RevisionIds ids;
    for (const Revision* revision : path) {
        if (run_one(*revision, direction)) ids.push_back(revision->id);
        if (spoilt_)
            throw MigrationError("revision " + revision->label() +
                                 " has run, but the connection's settings could not be restored, so it is closed; run "
                                 "the command again for what is left");
    }
    return ids;
}

bool Runner::run_one(const Revision& revision, Direction direction) {
    bool done = false;
    while (!attempt(revision, direction, done)) {
    }
    return done;
}

Versions Runner::read_versions() const {
    Versions versions;
    wait_for_writers([&] { versions = versions_.read(connection_); });
    return versions;
}

/// The path was right when it was planned. If another run has gone in the other direction since, this one cannot go on.
void Runner::check_next(const RevisionIds& ids, const Revision& revision, Direction direction) const {
    const bool up = direction == Direction::up;
    for (const auto& other : up ? revision.revises : graph_.children(revision.id)) {
        if (graph_.applied(ids, graph_.get(other)) == up) continue;
        throw MigrationError(
            "revision " + revision.label() + " is not the next one any more: another migration run has " +
            (up ? "taken back " : "applied ") + other + " meanwhile, and the database is at " +
            (ids.empty() ? "base" : join(ids)) + "; decide where it shall be and run the command again");
    }
}

Runner::Plan Runner::plan(const RevisionIds& ids, const Revision& revision, Direction direction) const {
    Plan plan;
    plan.operations = direction == Direction::up ? revision.upgrade_operations() : revision.downgrade_operations();
    const auto& history = history_.at(ids);
    auto prepared = prepare_state(history, revision, plan.operations, [&] { return schema::reflect(connection_); });
    const auto& before = prepared.live ? *prepared.live : history.metadata;
    plan.steps = compile(compiler_, revision, plan.operations, before);
    plan.questions = row_questions(plan.operations, before, connection_.dialect());
    plan.after = std::move(prepared.after);
    return plan;
}

/// A reader may hold a lock on SQLite's file; the transaction is still open then and its COMMIT can be retried.
void Runner::commit(const Revision& revision) {
    try {
        wait_for_writers([&] { connection_.commit(); }, [&] { return connection_.in_transaction(); });
    } catch (const CommitInDoubt&) {
        throw CommitUnknown("revision " + revision.label() +
                            ": the connection broke while the revision was being committed, so it is not known whether "
                            "it took effect; see where the database is with 'current', and run the command again if it "
                            "is not where it should be");
    }
}

/// Returns false when another process changed the history between planning and the transaction: then the caller
/// retries.
bool Runner::attempt(const Revision& revision, Direction direction, bool& done) {
    const auto ids = read_versions().ids;
    graph_.check_known(ids);
    if (graph_.applied(ids, revision) == (direction == Direction::up)) return true;
    check_next(ids, revision, direction);

    Plan plan;
    try {
        plan = this->plan(ids, revision, direction);
    } catch (const Error&) {
        // The state that did not fit may be the work of another process.
        if (read_versions().ids != ids) return false;
        throw;
    }
    const auto& operations = plan.operations;
    const auto& steps = plan.steps;

    RevisionIds next;
    std::size_t at = 0;
    bool running = false;
    const auto fail = [&](const std::string& reason) {
        const auto [operation, cause] = failed_operation(operations, steps, at);
        throw MigrationError("revision " + revision.label() + ": " + operation + (cause.empty() ? reason : cause) +
                             "; nothing of it stays");
    };
    try {
        const Bracket bracket(*this, steps);
        wait_for_writers([&] { connection_.begin(core::immediate_transaction); });
        if (versions_.read_or_make(connection_) != ids) return false;
        refuse_rows_in_the_way(connection_, revision, plan.questions);
        if (progress_) progress_(progress_line(revision, direction));
        connection_.savepoint(guard);
        running = true;
        run_steps(steps, at);
        // Session settings of a revision (a search_path, a timeout) are not meant for the next revision, nor for
        // others. They are restored inside the transaction, since after a pooler's transaction the session belongs to
        // another client.
        connection_.restore_session();
        next = direction == Direction::up ? graph_.after_upgrade(ids, revision) : graph_.after_downgrade(ids, revision);
        versions_.write(connection_, ids, next);
        compiler_.before_commit(connection_, steps);
        connection_.release_savepoint(guard);
        commit(revision);
    } catch (const CommitUnknown&) {
        throw;
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
    } catch (const Error& error) {
        if (!running) throw;
        std::string more;
        try {
            if (at < steps.size()) more = compiler_.explain(connection_, operations[steps[at].first_operation], error);
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the first failure is the one to report
        }
        fail(one_line(error.what()) + more);
    } catch (...) {
        if (!running) throw;
        fail(current_exception_text());
    }
    done = true;
    if (direction == Direction::up) history_.advance(std::move(next), std::move(plan.after));
    return true;
}

/// Sends consecutive statements of ours together; `at` is the index of the current step.
void Runner::run_statements(const std::vector<Step>& steps, std::size_t& at) {
    std::vector<std::string> statements;
    for (std::size_t i = at; i < steps.size(); ++i) {
        const auto* sql = std::get_if<SqlStep>(&steps[i]);
        if (sql == nullptr || sql->of_user) break;
        statements.push_back(sql->sql);
    }
    const std::size_t first = at;
    std::size_t done = 0;
    try {
        connection_.run_all(statements, &done);
    } catch (...) {
        at = first + done;
        throw;
    }
    at = first + statements.size() - 1;
}

void Runner::run_steps(const std::vector<Step>& steps, std::size_t& at) {
    for (at = 0; at < steps.size(); ++at) {
        const auto* sql = std::get_if<SqlStep>(&steps[at]);
        if (sql != nullptr && !sql->of_user) {
            run_statements(steps, at);
        } else if (sql != nullptr) {
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

/// `add column songs.genre: ` or, for several operations in one step, `change table songs: `; and a better reason than
/// the database's, if there is one.
std::pair<std::string, std::string> Runner::failed_operation(const std::vector<Operation>& operations,
                                                             const std::vector<Step>& steps, std::size_t failed) const {
    if (failed >= steps.size()) return {};
    const Step& step = steps[failed];
    const auto* live = std::get_if<LiveStep>(&step);
    if (live != nullptr && step.first_operation != step.last_operation) return {live->description + ": ", {}};
    const Operation& operation = operations[step.first_operation];
    const auto words = describe(operation) + ": ";
    const auto* create = std::get_if<CreateTable>(&operation);
    const auto* add = std::get_if<AddColumn>(&operation);
    const bool restores =
        (create != nullptr && !create->restored_from.empty()) || (add != nullptr && !add->restored_from.empty());
    if (create == nullptr && !restores) return {words, {}};
    try {
        if (restores) {
            const auto there = schema::reflect(connection_);
            const std::string& kept = create != nullptr ? create->restored_from : add->restored_from;
            const auto* table =
                there.find(create != nullptr ? schema::QualifiedName(create->table.name.schema, kept) : add->table);
            if (table == nullptr || (add != nullptr && table->find_column(kept) == nullptr))
                return {words, kept +
                                   " is not in the database any more, so that its rows cannot come back; without "
                                   ".keep() in the revision's upgrade the downgrade makes it anew, empty"};
            return {words, {}};
        }
        if (schema::reflect(connection_).find(create->table.name) == nullptr) return {words, {}};
    } catch (const std::exception&) {
        return {words, {}};  // the first failure is the one to report
    }
    return {words, "table " + create->table.name +
                       " already exists; a database that has its tables already is taken in with 'baseline', or "
                       "with 'stamp REVISION'"};
}

void run_operations(core::Connection& connection, const std::vector<Operation>& operations,
                    const schema::MetaData& state) {
    const auto& compiler = operation_compiler(connection.dialect());
    const auto steps = compiler.compile(operations, state);
    struct Bracket {
        core::Connection& connection;
        const OperationCompiler& compiler;
        const std::vector<Step>& steps;
        ~Bracket() {
            try {
                connection.rollback();
            } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the connection is lost
            }
            static_cast<void>(compiler.after_transaction(connection, steps));
        }
    };
    wait_for_writers([&] { compiler.before_transaction(connection, steps); });
    const Bracket bracket{connection, compiler, steps};
    wait_for_writers([&] { connection.begin(core::immediate_transaction); });
    for (const auto& step : steps) {
        if (const auto* sql = std::get_if<SqlStep>(&step))
            connection.script(sql->sql);
        else if (const auto* rows = std::get_if<RowsStep>(&step))
            write_rows(connection, rows->insert);
        else if (const auto* live = std::get_if<LiveStep>(&step))
            live->run(connection);
        else
            std::get<CallbackStep>(step).callback(connection);
    }
    compiler.before_commit(connection, steps);
    wait_for_writers([&] { connection.commit(); }, [&] { return connection.in_transaction(); });
}

}  // namespace strata::migrate
