#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/plan.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace strata::migrate {

/// A revision's operations on their way to the statements of one database. One object serves one run of them; it is
/// used by one thread.
class CompiledRevision {
public:
    CompiledRevision() = default;
    CompiledRevision(const CompiledRevision&) = delete;
    CompiledRevision& operator=(const CompiledRevision&) = delete;
    virtual ~CompiledRevision() = default;

    /// Statements that run before the transaction, each in one of its own, since the others need what they do to be
    /// committed. To be asked for first.
    [[nodiscard]] virtual std::vector<Statement> before_all() { return {}; }
    /// The next statements, up to and including the next one whose effect only the database knows (the user's SQL or
    /// code). The caller runs them before it asks again. Empty at the end. `shape` is called where the statements
    /// depend on more than the operations say. Throws MigrationError; place() says at which operations.
    [[nodiscard]] virtual std::vector<Statement> next(const std::function<Snapshot()>& shape) = 0;
    /// All statements at once, for a database of this shape, which becomes what they leave. The user's SQL is tried on
    /// the shape and its code is passed over.
    [[nodiscard]] virtual std::vector<Statement> rehearse(Snapshot& shape) = 0;
    /// The same for a script, with its transaction: an assertion is SQL that fails. `opening` are statements that come
    /// first in the transaction, `closing` those that come last.
    [[nodiscard]] virtual std::vector<Statement> script(Snapshot& shape, const std::vector<Statement>& opening,
                                                        const std::vector<Statement>& closing) = 0;
    /// The operations whose statements were asked for last.
    [[nodiscard]] const Place& place() const noexcept { return place_; }

    // Brackets of the transaction, called with one connection.

    /// Changes the settings that must be changed before BEGIN (foreign keys on SQLite). When it throws it has changed
    /// nothing and may be called again.
    virtual void before_transaction(core::Connection& connection) = 0;
    /// Called just before the transaction commits; throws MigrationError when the revision broke something.
    virtual void before_commit(core::Connection& connection) = 0;
    /// Restores the settings, also after a failure. Returns false when they could not be restored: then the connection
    /// must not be used any more.
    [[nodiscard]] virtual bool after_transaction(core::Connection& connection) noexcept = 0;

protected:
    Place place_{};
};

/// Compiles operations for one database. Stateless and thread safe.
class OperationCompiler {
public:
    OperationCompiler() = default;
    OperationCompiler(const OperationCompiler&) = delete;
    OperationCompiler& operator=(const OperationCompiler&) = delete;
    virtual ~OperationCompiler() = default;

    /// Compiles the operations in order, given the state before them. Consecutive changes of one SQLite table become
    /// one rebuild. Reads no database. Throws MigrationError for an operation that does not fit the state or that the
    /// database lacks.
    [[nodiscard]] virtual std::unique_ptr<CompiledRevision> compile(const std::vector<Operation>& operations,
                                                                    const schema::MetaData& before) const = 0;
    /// Why the operation failed, where the database knows more than its error says: what is in the way, by its name.
    /// Called after the transaction was rolled back; empty where there is nothing to add.
    [[nodiscard]] virtual std::string explain(core::Connection& connection, const Operation& operation,
                                              const Error& error) const {
        (void)connection;
        (void)operation;
        (void)error;
        return {};
    }
};

[[nodiscard]] const OperationCompiler& operation_compiler(const core::Dialect& dialect);

/// Runs operations in one transaction of their own, given the state before them. The caller holds the migration lock.
void run_operations(core::Connection& connection, const std::vector<Operation>& operations,
                    const schema::MetaData& before);

}  // namespace strata::migrate
