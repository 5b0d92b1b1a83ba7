#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/detail/shared.hpp>
#include <strata/dal/detail/rows.hpp>
#include <strata/dal/options.hpp>
#include <strata/dal/stream.hpp>

#include <span>
#include <string>

namespace strata::core {
class Connection;
enum class Intent : unsigned char;
}  // namespace strata::core

namespace strata::dal::detail {

class QueryCompiler;
struct Ran;
class Filters;
class RowRuns;

/// A model's statements, laid out once: which columns an insert writes and reads back, and which values are checked.
class RowPlan;
const RowPlan& make_plan(const core::TableInfo& table);
template <class Model>
const RowPlan& plan_of() {
    static const RowPlan& plan = make_plan(core::table_info<Model>());
    return plan;
}

/// What a statement does with the clauses of its fragment, or with a row.
enum class Verb : unsigned char {
    query,       ///< the fragment is a whole query
    count_rows,  ///< of such a query
    has_rows,
    rows_of,
    count_of,
    exists_in,
    update,
    update_returning,  ///< and every column of the rows
    remove,
    insert_values,  ///< of the assignments
    insert_row,
    insert_row_with_keys,
    update_row,
    remove_row,
    get_row,
    // Of the columns for which the fragment has row values.
    insert_columns,
    update_columns,
    find_columns,
    truncate,
};

/// A statement to run: its fragment, and what to do with it.
struct Request {
    const core::Fragment& fragment;
    Verb verb = Verb::query;
    const core::SourceInfo* source = nullptr;  ///< of every verb but those of a whole query
    std::uint32_t limit = 0;                   ///< at most this many rows; 0: all
};

/// Returns the address of one row after the other, then nullptr.
using RowSource = core::detail::FunctionRef<const void*()>;
/// The same for rows that are filled in as they are written.
using MutableRowSource = core::detail::FunctionRef<void*()>;

/// What a write does where a row with its key exists; no tokens: it fails.
struct ConflictRules {
    core::Fragment rules;
    core::Fragment condition;  ///< of the update
    bool updates = false;
};

/// A value of raw SQL.
struct Argument {
    std::string_view name;  ///< empty: positional
    core::Value value;
};

/// The values of a raw statement.
struct RawArguments {
    std::span<const Argument> list;
    bool may_be_unused = false;  ///< a name need not be in the text
};

/// A column that a row's or a patch's struct says, and the value in it.
struct SaidColumn {
    int column;
    const core::TypeInfo* type;
    const void* value;
};

class Backend;
using BackendPtr = core::detail::Shared<Backend>;

/// What is done with a row, for its model's callbacks. Flags.
enum RowEvent : unsigned char {
    before_insert = 1,
    after_insert = 2,
    before_update = 4,
    after_update = 8,
    before_remove = 16,
    after_remove = 32,
};

/// A model's callbacks, without its type.
class RowHook : public core::detail::SharedCount {
public:
    explicit RowHook(const core::TableInfo& its_table) : table(its_table) {}
    RowHook(const RowHook&) = delete;
    RowHook& operator=(const RowHook&) = delete;
    virtual ~RowHook() = default;
    const core::TableInfo& table;
    /// The events that it has a callback for.
    [[nodiscard]] virtual unsigned events() const = 0;
    virtual void run(RowEvent event, const BackendPtr& backend, void* row) const = 0;
    /// Runs a statement that returns whole rows, and calls with each of them. Returns how many there were.
    virtual std::int64_t with_changed(Backend& backend, const Request& request,
                                      core::detail::FunctionRef<void(void* row)> call) const = 0;
    /// Calls with a copy of the row.
    virtual void with_copy(const void* row, core::detail::FunctionRef<void(void* copy)> call) const = 0;
};
class RowHooks;

/// A call of the user's code: the work of a transaction.
using Work = core::detail::FunctionRef<void(const BackendPtr& backend)>;
/// A call with a leased connection.
using ConnectionWork = core::detail::FunctionRef<void(core::Connection& connection)>;

/// Something that uses a connection for longer than a call.
class LeaseUser {
public:
    /// Called before the connection is gone, which the transaction's end takes away.
    virtual void end() noexcept = 0;

protected:
    ~LeaseUser() = default;
};

/// A connection for longer than a call.
class Lease : public core::detail::SharedCount {
public:
    virtual ~Lease() = default;
    /// Runs a call on the connection. Throws UsageError once the transaction that it belongs to has ended.
    virtual void run(ConnectionWork work) = 0;
    /// Whether run() does nothing but the call, so that what it reads may be read without it.
    [[nodiscard]] virtual bool is_plain() const noexcept { return false; }
};
using LeasePtr = core::detail::Shared<Lease>;

/// A call of the user's code that is kept until the transaction has been committed.
class KeptCall : public core::detail::SharedCount {
public:
    virtual ~KeptCall() = default;
    virtual void run() = 0;
};

/// What every verb does at run time, without types: leases a connection (or uses its transaction's), finds or prepares
/// the statement, binds, reads. The backend of a Database is thread safe.
class Backend : public core::detail::SharedCount {
public:
    explicit Backend(const QueryCompiler& compiler, const RowHooks* hooks = nullptr)
        : compiler_(compiler), hooks_(hooks) {}
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    void fetch(const Request& request, const RowLayout& layout, Target target);
    /// The same where callbacks are the caller's matter.
    void plain_fetch(const Request& request, const RowLayout& layout, Target target);
    std::int64_t change(const Request& request);
    /// Throws where callbacks or rules forbid the change, if it is one.
    void check_change(const Request& request) const;
    std::int64_t count(const Request& request);
    bool exists(const Request& request);
    [[nodiscard]] std::string sql(const Request& request) const;
    [[nodiscard]] std::string explain(const Request& request, const ExplainOptions& options);

    void insert(const RowPlan& plan, void* row, const InsertOptions& options);
    /// Inserts what the statement assigns and reads the row back.
    void insert_values(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target);
    /// The same with a row's columns that the database would make, where they were said.
    void insert_said(const RowPlan& plan, const void* row, std::span<const int> said, const RowLayout& layout,
                     Target target);
    /// Inserts all rows or none. Only these columns are written, if any are given.
    std::int64_t insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options,
                             std::span<const int> columns = {});
    /// Inserts rows one by one and fills in what the server generated; all rows or none.
    void insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options);
    void get(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout, Target target);
    void update(const RowPlan& plan, void* row);
    void remove(const RowPlan& plan, const void* row);
    /// Writes columns into the row with this key and reads it as it is then.
    void patch(const RowPlan& plan, std::span<const core::Value> key, std::span<const SaidColumn> said,
               const RowLayout& layout, Target target);

    /// Inserts the rows of the query, which is the fragment, into the columns.
    std::int64_t insert_from(const RowPlan& plan, core::Fragment&& query, std::span<const int> columns,
                             const ConflictRules& conflict);
    /// Whether the row was written; it is then as it is stored. Also tells whether it was inserted, if asked.
    bool upsert(const RowPlan& plan, void* row, const ConflictRules& conflict, bool* created = nullptr);
    void upsert_values(const RowPlan& plan, const core::Fragment& assignments, const ConflictRules& conflict,
                       const RowLayout& layout, Target target);
    std::int64_t upsert_many(const RowPlan& plan, RowSource rows, const ConflictRules& conflict);
    /// Inserts or upserts rows and reads the elements of each that are returned.
    void write_many(const RowPlan& plan, RowSource rows, const ConflictRules& conflict, const core::Fragment& items,
                    const RowLayout& layout, Target target);
    void update_columns(const RowPlan& plan, void* row, std::span<const int> columns);
    /// No columns: all that an update writes.
    std::int64_t update_many(const RowPlan& plan, RowSource rows, std::span<const int> columns);
    void update_changed(const RowPlan& plan, const void* before, void* after);
    void save(const RowPlan& plan, void* row);
    /// Whether it was made.
    bool get_or_create(const RowPlan& plan, void* row, std::span<const int> columns);
    void truncate(const RowPlan& plan);

    void query(std::string_view sql, const RawArguments& arguments, const RowLayout& layout, Target target);
    /// Runs a statement whose rows are read one at a time.
    [[nodiscard]] RowStreamPtr stream(const Request& request, const RowLayout& layout);
    [[nodiscard]] RowStreamPtr stream(std::string_view sql, const RawArguments& arguments, const RowLayout& layout);
    std::int64_t execute(std::string_view sql, const RawArguments& arguments);

    /// Runs a call on a connection.
    void run(core::Intent intent, ConnectionWork work);
    /// The same with errors as they are: nothing is added to what they say.
    void run_as_is(core::Intent intent, ConnectionWork work) { with_connection(intent, work); }
    /// Throws UsageError where callbacks would be passed by.
    void refuse_hooks(const core::TableInfo& table, unsigned events, const char* verb) const;
    /// Throws UsageError where there are filters.
    void refuse_filters() const;

    /// Runs the work in a transaction (or a savepoint), with a backend of its own.
    virtual void transaction(const TransactionOptions& options, Work work) = 0;
    /// Runs a call once the open transaction has been committed.
    virtual void after_commit(core::detail::Shared<KeptCall> call) = 0;
    /// A connection for as long as the lease exists. The lease may outlive the backend, not its user.
    [[nodiscard]] virtual LeasePtr lease(core::Intent intent, LeaseUser& user) = 0;

    /// The conditions that every statement keeps to.
    [[nodiscard]] virtual const Filters& filters() const = 0;
    /// Throws UsageError where rows cannot be locked.
    virtual void check_lock() const = 0;
    [[nodiscard]] const QueryCompiler& compiler() const noexcept { return compiler_; }

protected:
    /// Runs a call on a connection.
    virtual void with_connection(core::Intent intent, ConnectionWork work) = 0;

    const QueryCompiler& compiler_;
    const RowHooks* const hooks_;  ///< nullptr: no model has callbacks

private:
    // What the verbs of the same names do where the model has no callbacks.
    void insert_as_it_is(const RowPlan& plan, void* row);
    void plain_insert(const RowPlan& plan, void* row, const InsertOptions& options);
    std::int64_t plain_insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options,
                                   std::span<const int> given);
    void plain_insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options);
    void plain_update(const RowPlan& plan, void* row);
    void plain_update_columns(const RowPlan& plan, void* row, std::span<const int> columns);
    std::int64_t plain_update_many(const RowPlan& plan, RowSource rows, std::span<const int> columns);
    void plain_remove(const RowPlan& plan, const void* row);
    void plain_save(const RowPlan& plan, void* row);
    bool plain_get_or_create(const RowPlan& plan, void* row, std::span<const int> columns);
    bool plain_upsert(const RowPlan& plan, void* row, const ConflictRules& conflict, bool* created = nullptr);
    void refuse_hooks_of(const Request& request) const;
    /// The callbacks of a model for events of rows that a statement finds by itself, if all of them come after it.
    [[nodiscard]] const RowHook* hook_after(const core::TableInfo& table, unsigned events) const;
    std::int64_t change_with(const RowHook& hook, const Request& request, RowEvent event);
    std::int64_t plain_change(const Request& request);
    [[nodiscard]] const RowHook* hook_for(const RowPlan& plan, unsigned events) const;
    void run_hook(const RowHook& hook, RowEvent event, void* row);
    /// Runs a call with a backend whose statements are of one transaction, or one savepoint.
    void in_one_transaction(core::detail::FunctionRef<void(Backend& backend)> call);
    void insert_with(const RowHook& hook, const RowPlan& plan, void* row, const InsertOptions& options);
    void update_with(const RowHook& hook, const RowPlan& plan, void* row, std::span<const int> columns);

    /// Whether the row exists.
    bool try_update(const RowPlan& plan, void* row);
    bool has_key_of(const RowPlan& plan, const void* row);
    bool write_update(const RowPlan& plan, void* row, bool may_be_missing);
    std::int64_t write_rows(const RowPlan& plan, RowSource rows, const ConflictRules& conflict,
                            const core::Fragment& items,
                            core::detail::FunctionRef<void(const core::Row& row)> received);
    struct Upserts;
    void write_run(Upserts& all, RowRuns& run) const;
    void update_run(core::Connection& connection, const RowPlan& plan, RowRuns& run, std::span<const int> named,
                    std::int64_t& count) const;
    void insert_assigned(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target);
    std::int64_t insert_run(core::Connection& connection, const RowPlan& plan, RowRuns& run,
                            const InsertOptions& options, std::span<const int> given,
                            std::optional<std::int64_t>* highest) const;
    /// Inserts rows in a pipeline and reads into each what the database made of it.
    void insert_pipelined(core::Connection& connection, const RowPlan& plan, MutableRowSource rows,
                          bool keep_keys) const;
    void insert_set(core::Connection& connection, const RowPlan& plan, void* row, bool keep_keys) const;
    template <class Run>
    auto on_connection(core::Intent intent, const Ran& ran, const Run& run);
    template <class Run>
    auto on_connection(core::Intent intent, const Run& run);
};

[[noreturn]] void fail_not_found(const char* table);
[[noreturn]] void fail_several(const char* table);

/// The rows of a statement.
template <class R>
std::vector<R> fetch_all(Backend& backend, const Request& request, const RowLayout& layout) {
    std::vector<Stored<R>> rows;
    backend.fetch(request, layout, AppendTo{rows});
    return plain<R>(std::move(rows));
}
template <class R>
std::optional<R> fetch_first(Backend& backend, const Request& request, const RowLayout& layout) {
    std::optional<R> row;
    backend.fetch(request, layout, EmplaceIn{row});
    return row;
}

/// Throws where there is not one row.
inline void check_only(std::size_t rows, const char* table) {
    if (rows == 0) fail_not_found(table);
    if (rows > 1) fail_several(table);
}
/// The only row of a query.
template <class R>
R fetch_only(Backend& backend, const Request& request, const RowLayout& layout, const char* table = nullptr) {
    EmplaceOnly<R> only;
    backend.fetch(request, layout, only);
    check_only(only.rows, table);
    return std::move(*only.row);
}
template <class R>
R only(std::vector<R>&& rows, const char* table = nullptr) {
    check_only(rows.size(), table);
    return std::move(rows.front());
}

/// The table of a condition; if it has several, the first.
template <class U>
struct OneSource;
template <class Source, class... Others>
struct OneSource<Uses<Source, Others...>> {
    static constexpr bool value = sizeof...(Others) == 0;
    using type = Source;
};

}  // namespace strata::dal::detail
