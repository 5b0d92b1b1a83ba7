#pragma once

#include "checks.hpp"
#include "filters.hpp"
#include "query_compiler.hpp"
#include "running.hpp"

#include <strata/core/connection.hpp>
#include <strata/core/error.hpp>
#include <strata/dal/detail/backend.hpp>

#include <functional>
#include <new>
#include <optional>
#include <utility>
#include <vector>

// What the statements of the Backend share.
namespace strata::dal::detail {

using core::Connection;
using core::Cursor;
using core::Intent;
using core::Value;

/// Writes the SQL of a statement about one row when a connection does not have it yet.
struct RowRendering {
    const QueryCompiler& compiler;
    const RowCall& call;
    [[nodiscard]] std::string operator()() const { return compiler.compile(call.request()); }
};

inline Cursor start(Connection& connection, const QueryCompiler& compiler, const RowCall& call,
                    std::span<const Value> values) {
    const RowRendering rendering{compiler, call};
    return connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), values);
}

inline core::Executed change_rows(Connection& connection, const QueryCompiler& compiler, const RowCall& call,
                                  std::span<const Value> values) {
    const RowRendering rendering{compiler, call};
    return connection.execute_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), values);
}

/// Reads the first row; returns whether there is one.
inline bool first(Connection& connection, const QueryCompiler& compiler, const RowCall& call,
                  std::span<const Value> values, core::detail::FunctionRef<void(const core::Row&)> row) {
    const RowRendering rendering{compiler, call};
    return connection.first_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), values, row);
}

inline std::int64_t finish(Cursor& cursor) {
    while (cursor.next()) {
    }
    return cursor.affected();
}

/// The value that is written where the model's facts make it in the program, else the row's.
[[nodiscard]] Value made_by_client(const RowPlan& plan, int column, const Value& value, const void* row, bool inserts,
                                   core::Scratch& scratch);
/// Throws UsageError for a key that is the UUID of zeros, which is no row's.
void check_uuid_key(const RowPlan& plan, int column, const Value& value);

/// The value of a member. Those of the usual types are made here: a call through a pointer for each is a twentieth of
/// an insert.
inline Value view_of(const PlannedColumn& column, const void* row, core::Scratch& scratch) {
    const void* const object = static_cast<const char*>(row) + column.offset;
    if (!column.direct) return column.view(object, scratch);
    return core::detail::use_member(column.kind, column.nullable, object, core::detail::ValueOfMember());
}

/// Values of a row for a statement. Borrows from the row.
class RowValues {
public:
    /// Inserts use client defaults and refuse keys that are unset.
    explicit RowValues(const RowPlan& plan, bool inserts = false) : plan_(plan), inserts_(inserts) {}
    void add(std::span<const int> columns, const void* row, bool written) {
        make(values_.add_room(columns.size()), columns, row, written);
    }
    void add(std::span<const Value> values) { values_.append(values.data(), values.size()); }
    /// Writes the values into the driver's own buffer.
    void fill(std::span<const int> columns, const void* row, std::span<Value> values) {
        scratch_.clear();
        make(values.data(), columns, row, true);
    }
    /// The same where columns are written and others compared.
    void fill(std::span<const int> written, std::span<const int> matched, const void* row, std::span<Value> values) {
        scratch_.clear();
        make(values.data(), written, row, true);
        make(values.data() + written.size(), matched, row, false);
    }
    [[nodiscard]] std::span<const Value> get() const { return {values_.data(), values_.size()}; }

private:
    /// Constructs the value in its place: copying it right after its parts were stored stalls on store forwarding
    /// (measured).
    void make(Value* place, std::span<const int> columns, const void* row, bool written) {
        const PlannedColumn* const planned = plan_.columns.data();
        for (const int index : columns) {
            const PlannedColumn& column = planned[index];
            ::new (static_cast<void*>(place)) Value(view_of(column, row, scratch_));
            if (column.checked && written) check(*place, index, row);
            ++place;
        }
    }
    [[gnu::noinline]] void check(Value& value, int index, const void* row) {
        if (!plan_.made_by_client.empty()) value = made_by_client(plan_, index, value, row, inserts_, scratch_);
        if (inserts_) check_uuid_key(plan_, index, value);
        value = checked_value(plan_.table, index, value, scratch_);
    }

    const RowPlan& plan_;
    bool inserts_;
    core::detail::SmallVector<Value, 24> values_;
    core::Scratch scratch_;
};

[[nodiscard]] std::int64_t key_number(const RowPlan& plan, const void* row);
/// Throws UsageError for a generated key of 0, which an insert or an upsert would write.
void check_key_is_set(const RowPlan& plan, const void* row, const char* verb);

/// The columns that a row's members leave to the database.
[[nodiscard]] std::vector<int> unset_columns(const RowPlan& plan, const void* row);
/// The columns without those that a row leaves to the database.
[[nodiscard]] std::vector<int> set_columns(std::span<const int> columns, std::span<const int> unset);
/// What an insert writes of such a row.
[[nodiscard]] std::vector<int> inserted_columns(const RowPlan& plan, std::span<const int> unset,
                                                bool keep_keys = false);
/// What an update by key writes of such a row.
[[nodiscard]] std::vector<int> updated_columns(const RowPlan& plan, std::span<const int> unset);

/// Rows cut into runs that leave the same columns to the database; one run where the model has no Default<T>.
class RowRuns {
public:
    RowRuns(const RowPlan& plan, RowSource rows) : plan_(plan), rows_(rows) {}
    /// Goes to the next run; false at the end.
    bool begin() {
        if (pending_ == nullptr) pending_ = rows_();
        if (pending_ != nullptr && !plan_.may_be_unset.empty()) unset_ = unset_columns(plan_, pending_);
        return pending_ != nullptr;
    }
    [[nodiscard]] std::span<const int> unset() const { return unset_; }
    /// The next row of the run, then nullptr.
    const void* next() {
        const void* const row = pending_ != nullptr ? std::exchange(pending_, nullptr) : rows_();
        if (row == nullptr || plan_.may_be_unset.empty() || unset_columns(plan_, row) == unset_) return row;
        pending_ = row;
        return nullptr;
    }

private:
    const RowPlan& plan_;
    RowSource rows_;
    const void* pending_ = nullptr;
    std::vector<int> unset_;
};

/// Assigns the client defaults of the columns that are not assigned.
void add_client_defaults(core::Fragment& out, const RowPlan& plan, std::span<const int> assigned);
/// The assignments of an insert with the client defaults of the columns that are not assigned.
[[nodiscard]] core::Fragment with_client_defaults(const core::Fragment& assignments, const RowPlan& plan);
/// Whether the request assigns the generated key.
[[nodiscard]] bool names_key(const Request& request, const RowPlan& plan);
[[nodiscard]] std::vector<int> all_columns(const RowPlan& plan);
/// Adds what a row's values are used for.
void add_row_values(core::Fragment& fragment, const RowPlan& plan, std::span<const int> columns, core::RowUse use);
/// A whole row, returned.
[[nodiscard]] core::Fragment whole_row(const RowPlan& plan);
/// Runs a statement for one row and reads the whole row back. False where it wrote and found none.
/// `more`: the value of a further column, if it has one.
bool run_for_row(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& call,
                 void* row, bool* more = nullptr);
/// The values of a statement for one row, then its own.
void add_values(RowValues& values, const RowCall& call, const void* row);
/// Rounds the row's decimals as they were rounded when they were written to the table.
void keep_as_stored(const RowPlan& plan, std::span<const int> columns, void* row);
[[noreturn]] void fail_only_key(const RowPlan& plan);
[[noreturn]] void fail_unreturned(const RowPlan& plan);
/// Whether the row that an update did not find is there with another version.
[[nodiscard]] bool is_stale(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                            const RowCall& get, const void* row);
/// Throws NotFound, or StaleRow where the row has another version.
[[noreturn]] void fail_unmatched(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                 const RowCall& get, std::span<const Value> key, const char* verb);
[[noreturn]] void fail_unmatched(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                 const RowCall& get, const void* row, const char* verb);

/// Writes rows with explicit keys. In the same transaction the database's own numbering is advanced past them.
template <class Write>
void write_kept_keys(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const Write& write) {
    std::optional<core::Transaction> transaction;
    if (!connection.in_transaction()) transaction.emplace(connection, core::immediate_transaction);
    if (const std::optional<std::int64_t> highest = write()) compiler.advance_key(connection, plan, *highest);
    if (transaction) transaction->commit();
}

template <class Run>
auto Backend::on_connection(core::Intent intent, const Ran& ran, const Run& run) {
    decltype(run(std::declval<Connection&>())) result{};
    try {
        with_connection(intent, [&](Connection& connection) { result = run(connection); });
    } catch (const Error& error) {
        rethrow_explained(error, ran);
    }
    return result;
}

template <class Run>
auto Backend::on_connection(core::Intent intent, const Run& run) {
    return on_connection(intent, Ran(), run);
}

}  // namespace strata::dal::detail
