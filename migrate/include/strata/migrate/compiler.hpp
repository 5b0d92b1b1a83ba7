#pragma once

#include <strata/core/connection.hpp>
#include <strata/core/error.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace strata::migrate {

/// One statement of a compiled revision, or the SQL that a user has written, which may be a script of several
/// statements and control the transaction (run it with Connection::script).
struct SqlStep {
    std::string sql;
    bool of_user = false;
};
/// Rows to insert with bound values.
struct RowsStep {
    BulkInsert insert;
    std::string sql;  ///< the same as SQL statements, for an offline script
};
/// A user's callback.
struct CallbackStep {
    std::function<void(core::Connection&)> callback;
};
/// A step that must read the live database first (an SQLite table rebuild keeps triggers, views and clauses as they are
/// there). It runs inside the revision's transaction.
struct LiveStep {
    std::string description;  ///< `rebuild table songs`
    std::function<void(core::Connection&)> run;
    /// Runs on a copy of the database that has no rows, and appends the statements that do the same for a script.
    std::function<void(core::Connection& copy, std::vector<std::string>& script)> write;
    /// State that the steps of one compile() share with its brackets; for the compiler only.
    std::shared_ptr<void> shared;
};
struct Step : std::variant<SqlStep, RowsStep, CallbackStep, LiveStep> {
    using variant::variant;
    /// The operations that the step carries out, wholly or in part: the indexes of the first and the last one.
    std::size_t first_operation = 0;
    std::size_t last_operation = 0;
};

/// Compiles operations into the steps of one database. Stateless and thread safe.
class OperationCompiler {
public:
    OperationCompiler() = default;
    OperationCompiler(const OperationCompiler&) = delete;
    OperationCompiler& operator=(const OperationCompiler&) = delete;
    virtual ~OperationCompiler() = default;

    /// Returns steps for the operations in order, given the state before them. Consecutive changes of one SQLite table
    /// become one rebuild.
    [[nodiscard]] virtual std::vector<Step> compile(const std::vector<Operation>& operations,
                                                    const schema::MetaData& before) const = 0;
    /// Whether the steps can be written as a script, without reading the live database.
    [[nodiscard]] virtual bool offline() const noexcept { return false; }
    /// Brackets a revision's transaction: changes the settings that must be changed before BEGIN and restored after it
    /// (foreign keys on SQLite). The three functions are called with the same connection and the steps of one
    /// compile(), which run once at a time. When this throws it has changed nothing and may be called again.
    virtual void before_transaction(core::Connection& connection, const std::vector<Step>& steps) const = 0;
    /// Called inside the transaction, just before it commits; throws when the revision broke something.
    virtual void before_commit(core::Connection& connection, const std::vector<Step>& steps) const = 0;
    /// Why the operation failed, where the database knows more than its error says: what is in the way, by its name.
    /// Called after the transaction was rolled back; empty where there is nothing to add.
    [[nodiscard]] virtual std::string explain(core::Connection& connection, const Operation& operation,
                                              const Error& error) const {
        (void)connection;
        (void)operation;
        (void)error;
        return {};
    }
    /// Also called after a failure. Returns false when the settings from before BEGIN could not be restored: then the
    /// connection must not be used any more.
    [[nodiscard]] virtual bool after_transaction(core::Connection& connection,
                                                 const std::vector<Step>& steps) const noexcept = 0;
};

[[nodiscard]] const OperationCompiler& operation_compiler(const core::Dialect& dialect);

}  // namespace strata::migrate
