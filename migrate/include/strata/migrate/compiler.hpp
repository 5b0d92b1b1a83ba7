#pragma once

#include <strata/core/connection.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/schema/metadata.hpp>

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace strata::migrate {

/// One step of a compiled revision: a statement, or what a user has written, which may be a script of several and
/// control the transaction (run it with Connection::script).
struct SqlStep {
    std::string sql;
    bool of_user = false;
};
/// Rows to write with bound values.
struct RowsStep {
    BulkInsert insert;
    std::string sql;  ///< the same as statements, for an offline script
};
/// The user's callback.
struct CallbackStep {
    std::function<void(core::Connection&)> callback;
};
/// A step that has to look at the live database first (an SQLite table rebuild keeps triggers, views and clauses as
/// they stand there). It runs inside the revision's transaction.
struct LiveStep {
    std::string description;  ///< `rebuild table songs`
    std::function<void(core::Connection&)> run;
    std::shared_ptr<void> shared;  ///< what the steps of one compile() share with its brackets; the compiler's own
};
struct Step : std::variant<SqlStep, RowsStep, CallbackStep, LiveStep> {
    using variant::variant;
    /// The operations that it carries out, or a part of: their first and last place in what was compiled.
    std::size_t first_operation = 0;
    std::size_t last_operation = 0;
};

/// Turns operations into a database's steps. Stateless and thread safe.
class OperationCompiler {
public:
    OperationCompiler() = default;
    OperationCompiler(const OperationCompiler&) = delete;
    OperationCompiler& operator=(const OperationCompiler&) = delete;
    virtual ~OperationCompiler() = default;

    /// Steps for the operations in order, given the state before them. Consecutive changes of one SQLite table are one
    /// rebuild.
    [[nodiscard]] virtual std::vector<Step> compile(const std::vector<Operation>& operations,
                                                    const schema::MetaData& before) const = 0;
    /// Whether the steps can be written down as a script, nothing being read from the live database.
    [[nodiscard]] virtual bool offline() const noexcept { return false; }
    /// Brackets a revision's transaction: what must be set before BEGIN and put back after it (foreign keys on SQLite).
    /// The three are called with the same connection and the steps of one compile(), which are run once at a time. When
    /// it throws it has changed nothing, and may be called again.
    virtual void before_transaction(core::Connection& connection, const std::vector<Step>& steps) const = 0;
    /// Checked inside the transaction, just before it commits; throws when the revision broke something.
    virtual void before_commit(core::Connection& connection, const std::vector<Step>& steps) const = 0;
    /// Also called after a failure. False when what was set before BEGIN could not be put back: then the connection
    /// must not be used any more.
    [[nodiscard]] virtual bool after_transaction(core::Connection& connection,
                                                 const std::vector<Step>& steps) const noexcept = 0;
};

[[nodiscard]] const OperationCompiler& operation_compiler(const core::Dialect& dialect);

}  // namespace strata::migrate
