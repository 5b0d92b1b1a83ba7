#include "runner.hpp"

#include "history/checksum.hpp"
#include "history/history_state.hpp"
#include "operations/compiler.hpp"
#include "statements.hpp"
#include "text.hpp"
#include "versions.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/log.hpp>
#include <strata/migrate/preflight.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
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

/// Whether the operation can fail because of the existing rows.
bool makes_unique(const Operation& operation) {
    return std::holds_alternative<CreateIndex>(operation) || std::holds_alternative<AddUnique>(operation) ||
           std::holds_alternative<AddExclude>(operation) || std::holds_alternative<AddPrimaryKey>(operation);
}

std::unique_ptr<CompiledRevision> compile(const OperationCompiler& compiler, const Revision& revision,
                                          const std::vector<Operation>& operations, const schema::MetaData& before) {
    try {
        return compiler.compile(operations, before);
    } catch (const Error& error) {
        throw MigrationError("revision " + revision.label() + ": " + one_line(error.what()));
    }
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
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

/// One revision's transaction with its brackets; they are closed whatever happens.
class Runner::Bracket {
public:
    Bracket(Runner& runner, CompiledRevision& compiled) : runner_(runner), compiled_(compiled) {
        wait_for_writers([&] { compiled_.before_transaction(runner_.connection_); });
    }
    Bracket(const Bracket&) = delete;
    Bracket& operator=(const Bracket&) = delete;
    ~Bracket() {
        try {
            runner_.connection_.rollback();
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): a destructor
            // The connection is lost, and the transaction with it.
        }
        if (!compiled_.after_transaction(runner_.connection_)) runner_.spoilt_ = true;
        try {
            runner_.connection_.restore_session();
        } catch (const std::exception& error) {
            core::log::write(core::log::Level::debug, std::string("the session is not restored: ") + error.what());
            runner_.spoilt_ = true;
        }
    }

private:
    Runner& runner_;
    CompiledRevision& compiled_;
};

struct Runner::Plan {
    std::vector<Operation> operations;
    std::unique_ptr<CompiledRevision> compiled;
    std::vector<RowQuestion> questions;
    HistoryEntry entry;   // what is recorded of its run
    bool has_run = true;  // else there is nothing to take back, and nothing to record
};

Runner::Runner(core::Connection& connection, const VersionTable& versions, const HistoryTable& log,
               const RevisionGraph& graph, ReplayedHistory& history, const RunOptions& options)
    : connection_(connection),
      versions_(versions),
      log_(log),
      graph_(graph),
      history_(history),
      options_(options),
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
    for (const auto& other : up ? graph_.required(revision) : graph_.followers(revision.id)) {
        if (graph_.applied(ids, graph_.get(other)) == up) continue;
        throw MigrationError(
            "revision " + revision.label() + " is not the next one any more: another migration run has " +
            (up ? "taken back " : "applied ") + other + " meanwhile, and the database is at " +
            (ids.empty() ? "base" : join(ids)) + "; decide where it shall be and run the command again");
    }
}

Runner::Plan Runner::plan(const RevisionIds& ids, const Revision& revision, Direction direction) const {
    Plan plan;
    plan.has_run = std::ranges::find(passed_over_, &revision) == passed_over_.end();
    if (plan.has_run)
        plan.operations = direction == Direction::up ? revision.upgrade_operations() : revision.downgrade_operations();
    const auto prepared =
        history_.prepare(ids, revision, plan.operations, [&] { return schema::reflect(connection_); });
    const auto& before = prepared.before;
    plan.compiled = compile(compiler_, revision, plan.operations, before);
    plan.questions = row_questions(plan.operations, before, connection_.dialect());
    plan.entry = entry_of(revision, direction, plan.operations);
    return plan;
}

HistoryEntry Runner::entry_of(const Revision& revision, Direction direction,
                              const std::vector<Operation>& operations) const {
    HistoryEntry entry{.revision = revision.id, .started = TimestampTz::now()};
    if (const Revision* const whole = graph_.whole(revision); whole != nullptr && direction == Direction::up) {
        entry.action = HistoryEntry::Action::stamp;  // the database has gone the way itself
        entry.checksum = checksum_of(*whole, connection_.dialect());
    } else if (direction == Direction::up)
        entry.checksum = checksum(operations, connection_.dialect());
    else
        entry.action = HistoryEntry::Action::downgrade;
    return entry;
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
    CompiledRevision& compiled = *plan.compiled;
    const auto begun = std::chrono::steady_clock::now();

    RevisionIds next;
    std::optional<Place> at;
    bool running = false;
    try {
        if (const auto alone = compiled.before_all(); !alone.empty()) {
            refuse_rows_in_the_way(connection_, revision, plan.questions);
            running = true;
            run_all(connection_, alone, at);
            running = false;
        }
        const Bracket bracket(*this, compiled);
        wait_for_writers([&] { connection_.begin(core::immediate_transaction); });
        if (versions_.read_or_make(connection_) != ids) return false;
        refuse_rows_in_the_way(connection_, revision, plan.questions);
        if (options_.progress)
            options_.progress(plan.has_run ? progress_line(revision, direction)
                                           : "Passing over " + revision.id + ", which has not run here");
        running = true;
        next = run_inside(plan, revision, direction, ids, at);
        commit(revision);
    } catch (const CommitUnknown&) {
        throw;
    } catch (...) {
        if (!running) throw;
        try {
            report(revision, operations, at);
        } catch (const MigrationError& error) {
            plan.entry.seconds = seconds_since(begun);
            plan.entry.error = error.what();
            log_.add_failure(connection_, plan.entry);
            throw;
        }
    }
    done = true;
    if (options_.done) options_.done(revision.id, std::chrono::steady_clock::now() - begun);
    if (direction == Direction::up) history_.advance(std::move(next), revision, operations);
    return true;
}

/// Runs the revision in the open transaction, and returns what the version table names then.
RevisionIds Runner::run_inside(Plan& plan, const Revision& revision, Direction direction, const RevisionIds& ids,
                               std::optional<Place>& at) {
    const auto begun = std::chrono::steady_clock::now();
    connection_.savepoint(guard);
    run_statements(*plan.compiled, at);
    // Session settings of a revision (a search_path, a timeout) are not meant for the next revision, nor for others.
    // They are restored inside the transaction, since after a pooler's transaction the session belongs to another
    // client.
    connection_.restore_session();
    auto next =
        direction == Direction::up ? graph_.after_upgrade(ids, revision) : graph_.after_downgrade(ids, revision);
    versions_.write(connection_, ids, next);
    plan.entry.seconds = seconds_since(begun);
    if (plan.has_run) log_.add(connection_, plan.entry);
    plan.compiled->before_commit(connection_);
    connection_.release_savepoint(guard);
    return next;
}

/// Throws the exception that is being handled as one that names the revision, the operation and the cause. The
/// transaction was rolled back.
void Runner::report(const Revision& revision, const std::vector<Operation>& operations,
                    const std::optional<Place>& at) const {
    const auto failure = [&](const std::string& reason) {
        const auto [operation, cause] = failed_operation(operations, at);
        return MigrationError("revision " + revision.label() + ": " + operation + (cause.empty() ? reason : cause) +
                              "; nothing of it stays");
    };
    try {
        throw;
    } catch (const TransactionEnded& error) {
        throw MigrationError("revision " + revision.label() + ": " + failed_operation(operations, at).first +
                             error.what());
    } catch (const NotNullViolation& error) {
        throw failure(one_line(error.what()) + (at ? against_nulls(operations[at->first]) : ""));
    } catch (const UniqueViolation& error) {
        const bool of_rows = at && makes_unique(operations[at->first]);
        throw failure(one_line(error.what()) +
                      (of_rows ? "; rows of the table have equal values, mend them first" : ""));
    } catch (const Error& error) {
        std::string more;
        try {
            if (at) more = compiler_.explain(connection_, operations[at->first], error);
        } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the first failure is the one to report
        }
        throw failure(one_line(error.what()) + more);
    } catch (...) {
        throw failure(current_exception_text());
    }
}

RevisionIds Runner::dry_run(const Revisions& path, Direction direction) {
    auto ids = read_versions().ids;
    // Settings are changed before a transaction begins, so what the revisions need is found out before.
    std::vector<std::unique_ptr<CompiledRevision>> compiled;
    std::vector<std::unique_ptr<Bracket>> brackets;
    ReplayedHistory ahead(graph_, &connection_.dialect());
    auto later = ids;
    for (const Revision* revision : path) {
        const bool up = direction == Direction::up;
        const bool has_run = std::ranges::find(passed_over_, revision) == passed_over_.end();
        const auto operations = !has_run ? std::vector<Operation>()
                                : up     ? revision->upgrade_operations()
                                         : revision->downgrade_operations();
        compiled.push_back(compile(compiler_, *revision, operations, ahead.at(later).around(operations)));
        later = up ? graph_.after_upgrade(later, *revision) : graph_.after_downgrade(later, *revision);
    }
    for (const auto& each : compiled) brackets.push_back(std::make_unique<Bracket>(*this, *each));
    wait_for_writers([&] { connection_.begin(core::immediate_transaction); });
    static_cast<void>(versions_.read_or_make(connection_));
    RevisionIds tried;
    for (const Revision* revision : path) {
        auto plan = this->plan(ids, *revision, direction);
        refuse_rows_in_the_way(connection_, *revision, plan.questions);
        if (options_.progress) options_.progress(progress_line(*revision, direction));
        std::optional<Place> at;
        try {
            if (!plan.compiled->before_all().empty())
                throw MigrationError(
                    "what it does outside of its transaction (a label that it adds to an enum type, an index that it "
                    "makes concurrently) can be used only when it is committed, so that the revision cannot be tried "
                    "and rolled back");
            plan.compiled->before_transaction(connection_);
            ids = run_inside(plan, *revision, direction, ids, at);
        } catch (...) {
            connection_.rollback();
            report(*revision, plan.operations, at);
        }
        if (direction == Direction::up) history_.advance(ids, *revision, plan.operations);
        tried.push_back(revision->id);
    }
    return tried;
}

/// `at` are the operations that are being carried out; unset when all are.
void Runner::run_statements(CompiledRevision& compiled, std::optional<Place>& at) {
    const auto shape = [&] { return detail::dialect_compiler(connection_.dialect()).read_shape(connection_); };
    const auto announce = [&](const std::string& what) {
        if (options_.progress) options_.progress("Running " + what.substr(what.find(' ') + 1));
    };
    RowMeter meter(connection_, options_.rows, options_.rows_every);
    const RunWatch watch{[&] { check_guard(connection_); }, announce, &meter};
    for (;;) {
        std::vector<Statement> statements;
        try {
            statements = compiled.next(shape);
        } catch (...) {
            at = compiled.place();
            throw;
        }
        if (statements.empty()) break;
        run_all(connection_, statements, at, watch);
    }
    at.reset();
}

/// `add column songs.genre: ` or, for several operations together, `change table songs: `; and a better reason than
/// the database's, if there is one.
std::pair<std::string, std::string> Runner::failed_operation(const std::vector<Operation>& operations,
                                                             const std::optional<Place>& failed) const {
    if (!failed) return {};
    if (failed->first != failed->last && !failed->about.empty()) return {failed->about + ": ", {}};
    const Operation& operation = operations[failed->first];
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
                    const schema::MetaData& before) {
    const auto& compiler = detail::dialect_compiler(connection.dialect());
    const auto compiled = compiler.compile(operations, before);
    struct Bracket {
        core::Connection& connection;
        CompiledRevision& compiled;
        ~Bracket() {
            try {
                connection.rollback();
            } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the connection is lost
            }
            static_cast<void>(compiled.after_transaction(connection));
        }
    };
    std::optional<Place> at;
    run_all(connection, compiled->before_all(), at);
    wait_for_writers([&] { compiled->before_transaction(connection); });
    const Bracket bracket{connection, *compiled};
    wait_for_writers([&] { connection.begin(core::immediate_transaction); });
    const auto shape = [&] { return compiler.read_shape(connection); };
    for (auto statements = compiled->next(shape); !statements.empty(); statements = compiled->next(shape))
        run_all(connection, statements, at);
    compiled->before_commit(connection);
    wait_for_writers([&] { connection.commit(); }, [&] { return connection.in_transaction(); });
}

}  // namespace strata::migrate
