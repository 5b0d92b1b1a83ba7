#pragma once

#include <strata/core/detail/function_ref.hpp>
#include <strata/core/detail/shared.hpp>
#include <strata/dal/detail/rows.hpp>
#include <strata/dal/options.hpp>

#include <span>
#include <string>

namespace strata::core {
class Connection;
enum class Intent : unsigned char;
}  // namespace strata::core

namespace strata::dal::detail {

class QueryCompiler;
class Filters;

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
    remove,
    insert_values,  ///< of the assignments
    insert_row,
    insert_row_with_keys,
    update_row,
    remove_row,
    get_row,
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

/// A value of raw SQL.
struct Argument {
    std::string_view name;  ///< empty: positional
    core::Value value;
};

class Backend;
using BackendPtr = core::detail::Shared<Backend>;

/// A call of the user's code: the work of a transaction.
using Work = core::detail::FunctionRef<void(const BackendPtr& backend)>;
/// A call with a leased connection.
using ConnectionWork = core::detail::FunctionRef<void(core::Connection& connection)>;

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
    explicit Backend(const QueryCompiler& compiler) : compiler_(compiler) {}
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend() = default;

    void fetch(const Request& request, const RowLayout& layout, Target target);
    std::int64_t change(const Request& request);
    std::int64_t count(const Request& request);
    bool exists(const Request& request);
    [[nodiscard]] std::string sql(const Request& request) const;
    [[nodiscard]] std::string explain(const Request& request, const ExplainOptions& options);

    void insert(const RowPlan& plan, void* row, const InsertOptions& options);
    /// Inserts what the statement assigns and reads the row back.
    void insert_values(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target);
    /// Inserts all rows or none.
    std::int64_t insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options);
    /// Inserts rows one by one and fills in what the server generated; all rows or none.
    void insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options);
    void get(const RowPlan& plan, std::span<const core::Value> key, const RowLayout& layout, Target target);
    void update(const RowPlan& plan, void* row);
    void remove(const RowPlan& plan, const void* row);

    void query(std::string_view sql, std::span<const Argument> arguments, const RowLayout& layout, Target target);
    std::int64_t execute(std::string_view sql, std::span<const Argument> arguments);

    /// Runs the work in a transaction (or a savepoint), with a backend of its own.
    virtual void transaction(const TransactionOptions& options, Work work) = 0;
    /// Runs a call once the open transaction has been committed.
    virtual void after_commit(core::detail::Shared<KeptCall> call) = 0;

protected:
    /// The conditions that every statement keeps to.
    [[nodiscard]] virtual const Filters& filters() const = 0;
    /// Throws UsageError where rows cannot be locked.
    virtual void check_lock() const = 0;
    /// Runs a call on a connection.
    virtual void with_connection(core::Intent intent, ConnectionWork work) = 0;

    const QueryCompiler& compiler_;

private:
    void refuse_filters() const;
    template <class Run>
    auto on_connection(core::Intent intent, const Run& run, bool typed = true);
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

/// The only row of a query.
template <class R>
R only(std::vector<R>&& rows, const char* table = nullptr) {
    if (rows.empty()) fail_not_found(table);
    if (rows.size() > 1) fail_several(table);
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
