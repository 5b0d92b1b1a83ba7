#include "detail/raw_sql.hpp"
#include "detail/read_rows.hpp"
#include "detail/row_rules.hpp"
#include "detail/row_statements.hpp"
#include "detail/sql_writer.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/dal/detail/backend.hpp>

#include <algorithm>
#include <deque>
#include <functional>
#include <new>
#include <utility>

namespace strata::dal::detail {

namespace {

std::string_view name_of(Value::Kind kind) {
    using Kind = Value::Kind;
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "boolean";
        case Kind::integer:
            return "integer";
        case Kind::real:
            return "real";
        case Kind::text:
            return "text";
        case Kind::bytes:
            return "bytes";
        case Kind::numeric:
            return "numeric";
        case Kind::date:
            return "date";
        case Kind::time:
            return "time";
        case Kind::timestamp:
            return "timestamp";
        case Kind::timestamptz:
            return "timestamptz";
        case Kind::uuid:
            return "uuid";
        case Kind::json:
            return "json";
        case Kind::array:
            return "array";
    }
    return "";
}

void take_key(const RowPlan& plan, const core::Executed& made, void* row) {
    if (made.rows == 0 || !made.last_insert_key) fail_unreturned(plan);
    const core::ColumnInfo& column = plan.table.column(plan.generated_key);
    core::read_number(*column.type, *made.last_insert_key, static_cast<char*>(row) + column.offset);
}

/// Used where the database knows the last key, since RETURNING would only be slower.
[[gnu::noinline]] void insert_by_last_key(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                          const RowCall& call, void* row) {
    RowValues values(plan, true);
    values.add(call.columns().written, row, true);
    take_key(plan, change_rows(connection, compiler, call, values.get()), row);
    if (plan.rounds) keep_as_stored(plan, call.columns().written, row);
}

Verb insert_verb(bool keep_keys) { return keep_keys ? Verb::insert_row_with_keys : Verb::insert_row; }

void insert_row(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& call,
                void* row, bool keep_keys) {
    if (!keep_keys && plan.returns_only_key() && call.fixed().empty() && compiler.keeps_last_key()) {
        insert_by_last_key(connection, compiler, plan, call, row);
        return;
    }
    RowValues values(plan, true);
    const RowColumns& columns = call.columns();
    values.add(columns.written, row, true);
    values.add(call.values());
    Cursor cursor = start(connection, compiler, call, values.get());
    if (!columns.returned.empty()) {
        if (!cursor.next()) fail_unreturned(plan);
        read_columns(cursor.row(), plan.table, columns.returned, row);
    }
    finish(cursor);
    if (plan.rounds) keep_as_stored(plan, columns.written, row);
}

[[gnu::noinline]] void insert_with_key(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                       const RowCall& call, void* row) {
    write_kept_keys(connection, compiler, plan, [&] {
        insert_row(connection, compiler, plan, call, row, true);
        return std::optional(key_number(plan, row));
    });
}

}  // namespace

void Backend::fetch(const Request& request, const RowLayout& layout, Target target) {
    refuse_hooks_of(request);
    plain_fetch(request, layout, target);
}

void Backend::plain_fetch(const Request& request, const RowLayout& layout, Target target) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    const bool one = reads(request.verb) && request.limit == 1;
    if (call.locks()) check_lock();
    if (call.writes() || request.verb == Verb::update) check_assigned(request);
    on_connection(intent_of(call), request, [&](Connection& connection) {
        if (one) {
            return connection.first_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values(),
                                           [&](const core::Row& row) { read_row(row, layout, target); });
        }
        Cursor cursor =
            connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
        read_rows(cursor, layout, target);
        return true;
    });
}

void Backend::check_change(const Request& request) const {
    refuse_hooks_of(request);
    if (request.verb == Verb::update || has_writing(request.fragment)) check_assigned(request);
}

std::int64_t Backend::plain_change(const Request& request) {
    check_assigned(request);
    const Call call(request, filters(), compiler_);
    if (call.locks()) check_lock();
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::write, request, [&](Connection& connection) {
        return connection.execute_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values())
            .rows;
    });
}

std::int64_t Backend::count(const Request& request) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::read, [&](Connection& connection) {
        std::int64_t rows = 0;
        connection.first_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values(),
                                [&](const core::Row& row) { rows = row.integer(0); });
        return rows;
    });
}

bool Backend::exists(const Request& request) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::read, [&](Connection& connection) {
        return connection.first_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values(),
                                       [](const core::Row&) {});
    });
}

std::string Backend::sql(const Request& request) const {
    const Call call(request, filters(), compiler_);
    std::string sql = compiler_.compile(call.request());
    const std::span<const Value> values = call.values();
    for (std::size_t i = 0; i < values.size(); ++i) {
        sql += i == 0 ? " -- " : ", ";
        SqlWriter placeholder(compiler_);
        compiler_.value(placeholder, static_cast<int>(i) + 1);
        sql.append(std::move(placeholder).finish()).append(" ").append(name_of(values[i].kind()));
    }
    return sql;
}

std::string Backend::explain(const Request& request, const ExplainOptions& options) {
    const Call call(request, filters(), compiler_);
    if (call.locks() && options.analyze)
        throw UsageError("explain() runs only queries that do not lock rows: explain it without analyze");
    if (call.writes() && options.analyze)
        throw UsageError("explain() runs only queries that do not write: explain it without analyze");
    const std::string sql = compiler_.explained(compiler_.compile(call.request()), options);
    return on_connection(Intent::read, [&](Connection& connection) {
        Cursor cursor = connection.query(sql, call.values());
        return compiler_.plan_of(cursor);
    });
}

/// The shortest way, for rows that need nothing of what the others do: of ten parts of an insert this takes one.
void Backend::insert_as_it_is(const RowPlan& plan, void* row) {
    const RowStatement& insert = plan.statement(Verb::insert_row);
    const auto render = [&] { return compiler_.compile({RowStatement::nothing(), insert.verb, &plan.source}); };
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        take_key(
            plan,
            connection.execute_cached(insert.shape.key(), insert.shape.hash(), std::cref(render), {insert.fields, row}),
            row);
        return true;
    });
}

void Backend::plain_insert(const RowPlan& plan, void* row, const InsertOptions& options) {
    if (plan.inserts_as_it_is && !options.keep_keys && compiler_.keeps_last_key() && !filters().has(plan.table)) {
        insert_as_it_is(plan, row);
        return;
    }
    const RowCall call(plan, insert_verb(options.keep_keys), filters(), compiler_);
    if (options.keep_keys && plan.generated_key >= 0) check_key_is_set(plan, row, "insert");
    check_set_columns(plan, row, call.columns().written);
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        if (!plan.may_be_unset.empty())
            insert_set(connection, plan, row, options.keep_keys);
        else if (options.keep_keys && plan.generated_key >= 0)
            insert_with_key(connection, compiler_, plan, call, row);
        else
            insert_row(connection, compiler_, plan, call, row, options.keep_keys);
        return true;
    });
}

/// Inserts a row without the columns that it leaves to the database.
void Backend::insert_set(Connection& connection, const RowPlan& plan, void* row, bool keep_keys) const {
    core::Fragment fragment;
    add_row_values(fragment, plan, inserted_columns(plan, unset_columns(plan, row), keep_keys), core::RowUse::written);
    fragment.append(whole_row(plan));
    const RowCall call(plan, {fragment, Verb::insert_columns, &plan.source}, filters(), compiler_);
    const auto insert = [&]() -> std::optional<std::int64_t> {
        if (!run_for_row(connection, compiler_, plan, call, row)) fail_unreturned(plan);
        return keep_keys && plan.generated_key >= 0 ? std::optional(key_number(plan, row)) : std::nullopt;
    };
    if (keep_keys && plan.generated_key >= 0)
        write_kept_keys(connection, compiler_, plan, insert);
    else
        insert();
}

void Backend::insert_values(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target) {
    refuse_hooks(plan.table, before_insert | after_insert, "insert_into");
    check_assigned(request);
    if (plan.made_by_client.empty()) {
        insert_assigned(request, plan, layout, target);
        return;
    }
    const core::Fragment all = with_client_defaults(request.fragment, plan);
    insert_assigned({all, request.verb, request.source}, plan, layout, target);
}

void Backend::insert_assigned(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target) {
    if (!names_key(request, plan)) {
        fetch(request, layout, target);
        return;
    }
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        write_kept_keys(connection, compiler_, plan, [&] {
            Cursor cursor =
                connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
            const void* row = nullptr;
            read_rows(cursor, layout, [&] {
                void* const made = target();
                row = made;
                return made;
            });
            if (row == nullptr) fail_unreturned(plan);
            return std::optional(key_number(plan, row));
        });
        return true;
    });
}

namespace {

/// The call of a bulk insert: the plan's own, or one for rows that leave some columns to the database.
RowCall bulk_call(const RowPlan& plan, const core::Fragment& columns, bool keep_keys, const Filters& filters,
                  const QueryCompiler& compiler) {
    if (plan.may_be_unset.empty()) return {plan, insert_verb(keep_keys), filters, compiler};
    return {plan, {columns, Verb::insert_columns, &plan.source}, filters, compiler};
}

}  // namespace

std::int64_t Backend::plain_insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options,
                                        std::span<const int> given) {
    const std::span<const int> columns =
        given.empty() ? std::span<const int>(plan.statement(insert_verb(options.keep_keys)).written) : given;
    const bool counts_keys = plan.generated_key >= 0 && core::internal::contains(columns, plan.generated_key);
    std::optional<std::int64_t> highest;
    ManyRules rules(plan, columns, rows);
    const auto next = [&] { return rules.next(); };
    RowRuns runs(plan, next);
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        // A row that is refused here must not fail the transaction around; keys are counted in one with their rows, and
        // several runs of rows are one.
        std::optional<core::Transaction> own;
        if (connection.in_transaction() || counts_keys || !plan.may_be_unset.empty())
            own.emplace(connection, core::immediate_transaction);
        std::int64_t count = 0;
        while (runs.begin())
            count += insert_run(connection, plan, runs, options, given, counts_keys ? &highest : nullptr);
        if (highest) compiler_.advance_key(connection, plan, *highest);
        if (own) own->commit();
        return count;
    });
}

std::int64_t Backend::insert_run(Connection& connection, const RowPlan& plan, RowRuns& run,
                                 const InsertOptions& options, std::span<const int> given,
                                 std::optional<std::int64_t>* highest) const {
    core::Fragment fragment;
    if (!plan.may_be_unset.empty())
        add_row_values(fragment, plan, inserted_columns(plan, run.unset(), options.keep_keys), core::RowUse::written);
    const RowCall call = bulk_call(plan, fragment, options.keep_keys, filters(), compiler_);
    std::vector<int> columns = call.columns().written;
    if (!given.empty()) {
        columns = set_columns(given, run.unset());
        std::erase_if(columns, [&](int column) { return core::internal::contains(call.fixed(), column); });
    }
    std::vector<std::string_view> names;
    names.reserve(columns.size() + call.fixed().size());
    for (const int index : columns) names.emplace_back(plan.table.column(index).name);
    for (const int index : call.fixed()) names.emplace_back(plan.table.column(index).name);
    if (names.empty()) {
        throw UsageError("every column of " + std::string(plan.table.name) +
                         " is made by the server; insert its rows one by one, or with keep_keys");
    }
    const auto next = [&]() -> const void* {
        const void* const row = run.next();
        if (row != nullptr && highest != nullptr) {
            check_key_is_set(plan, row, "insert_many");
            *highest = std::max(highest->value_or(key_number(plan, row)), key_number(plan, row));
        }
        return row;
    };
    if (const auto fields = call.fields(); !fields.empty() && given.empty())
        return connection.bulk_insert(plan.table.qualified_name(), names, fields, next);
    RowValues values(plan, true);
    return connection.bulk_insert(plan.table.qualified_name(), names, [&](std::span<Value> row_values) {
        const void* const row = next();
        if (row == nullptr) return false;
        values.fill(columns, row, row_values);
        std::ranges::copy(call.values(), row_values.begin() + static_cast<std::ptrdiff_t>(columns.size()));
        return true;
    });
}

void Backend::plain_insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options) {
    const RowCall call(plan, insert_verb(options.keep_keys), filters(), compiler_);
    const bool keeps_key = options.keep_keys && plan.generated_key >= 0;
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        core::Transaction transaction(connection, core::immediate_transaction);
        std::optional<std::int64_t> highest;
        const auto next = [&] {
            void* const row = rows();
            if (row == nullptr) return row;
            check_set_columns(plan, row, call.columns().written);
            if (keeps_key) {
                check_key_is_set(plan, row, "insert_many_returning");
                highest = std::max(highest.value_or(key_number(plan, row)), key_number(plan, row));
            }
            return row;
        };
        if (compiler_.keeps_last_key()) {
            while (void* const row = next()) {
                if (!plan.may_be_unset.empty())
                    insert_set(connection, plan, row, options.keep_keys);
                else
                    insert_row(connection, compiler_, plan, call, row, options.keep_keys);
            }
        } else {
            insert_pipelined(connection, plan, next, options.keep_keys);
        }
        if (highest) compiler_.advance_key(connection, plan, *highest);
        transaction.commit();
        return true;
    });
}

void Backend::insert_pipelined(Connection& connection, const RowPlan& plan, MutableRowSource rows,
                               bool keep_keys) const {
    const auto next = [&]() -> const void* { return rows(); };
    RowRuns runs(plan, next);
    while (runs.begin()) {
        core::Fragment fragment;
        add_row_values(fragment, plan, inserted_columns(plan, runs.unset(), keep_keys), core::RowUse::written);
        fragment.append(whole_row(plan));
        const RowCall call(plan, {fragment, Verb::insert_columns, &plan.source}, filters(), compiler_);
        const Request request = call.request();
        const Rendering rendering{compiler_, request};
        const std::vector<int>& written = call.columns().written;
        RowValues values(plan, true);
        std::deque<void*> sent;  // rows whose results have not come yet
        const auto fill = [&](std::span<Value> place) {
            const void* const row = runs.next();
            if (row == nullptr) return false;
            values.fill(written, row, place);
            std::ranges::copy(call.values(), place.begin() + static_cast<std::ptrdiff_t>(written.size()));
            sent.push_back(const_cast<void*>(row));  // NOLINT(cppcoreguidelines-pro-type-const-cast): the caller's
            return true;
        };
        const std::vector<int> all = all_columns(plan);
        const auto received = [&](const core::Row& row) { read_columns(row, plan.table, all, sent.front()); };
        const auto end = [&](std::int64_t changed) {
            if (changed == 0) fail_unreturned(plan);
            sent.pop_front();
        };
        connection.run_each(call.shape().key(), call.shape().hash(), std::cref(rendering),
                            written.size() + call.values().size(), fill, {received, end});
    }
}

void Backend::get(const RowPlan& plan, std::span<const Value> key, const RowLayout& layout, Target target) {
    check_key(plan, key, "get");
    const RowCall call(plan, Verb::get_row, filters(), compiler_);
    core::detail::SmallVector<Value, 4> values;
    values.append(key.data(), key.size());
    values.append(call.values().data(), call.values().size());
    on_connection(Intent::read, [&](Connection& connection) {
        return first(connection, compiler_, call, {values.data(), values.size()},
                     [&](const core::Row& row) { read_row(row, layout, target); });
    });
}

void Backend::plain_update(const RowPlan& plan, void* row) {
    plan.need_key("update");
    if (plan.statement(Verb::update_row).written.empty() && plan.set_by_database.empty()) fail_only_key(plan);
    write_update(plan, row, false);
}

bool Backend::try_update(const RowPlan& plan, void* row) {
    if (plan.statement(Verb::update_row).written.empty() && plan.set_by_database.empty()) return has_key_of(plan, row);
    return write_update(plan, row, true);
}

bool Backend::has_key_of(const RowPlan& plan, const void* row) {
    const RowCall get(plan, Verb::get_row, filters(), compiler_);
    return on_connection(Intent::read, [&](Connection& connection) {
        RowValues key(plan);
        key.add(plan.facts.primary_key, row, false);
        key.add(get.values());
        return first(connection, compiler_, get, key.get(), [](const core::Row&) {});
    });
}

bool Backend::write_update(const RowPlan& plan, void* row, bool may_be_missing) {
    const RowCall get(plan, Verb::get_row, filters(), compiler_);
    check_set_columns(plan, row, plan.statement(Verb::update_row).written);
    if (!plan.may_be_unset.empty()) {  // the columns that the row has, and the whole row back
        core::Fragment fragment;
        add_row_values(fragment, plan, updated_columns(plan, unset_columns(plan, row)), core::RowUse::written);
        add_row_values(fragment, plan, plan.statement(Verb::update_row).matched, core::RowUse::matched);
        fragment.append(whole_row(plan));
        const RowCall call(plan, {fragment, Verb::update_columns, &plan.source}, filters(), compiler_);
        return on_connection(Intent::write, plan.table, [&](Connection& connection) {
            if (run_for_row(connection, compiler_, plan, call, row)) return true;
            if (may_be_missing && !is_stale(connection, compiler_, plan, get, row)) return false;
            fail_unmatched(connection, compiler_, plan, get, row, "update");
        });
    }
    const RowCall call(plan, Verb::update_row, filters(), compiler_);
    const RowColumns& columns = call.columns();
    RowValues values(plan);
    values.add(columns.written, row, true);
    values.add(columns.matched, row, false);
    values.add(call.values());
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        bool found = false;
        {
            Cursor cursor = start(connection, compiler_, call, values.get());
            if (columns.returned.empty()) {
                found = finish(cursor) > 0;
            } else if (cursor.next()) {
                found = true;
                read_columns(cursor.row(), plan.table, columns.returned, row);
                finish(cursor);
            }
        }
        if (!found && may_be_missing && !is_stale(connection, compiler_, plan, get, row)) return false;
        if (!found) fail_unmatched(connection, compiler_, plan, get, row, "update");
        if (plan.rounds) keep_as_stored(plan, columns.written, row);
        return true;
    });
}

void Backend::plain_remove(const RowPlan& plan, const void* row) {
    plan.need_key("remove");
    const RowCall call(plan, Verb::remove_row, filters(), compiler_);
    const RowCall get(plan, Verb::get_row, filters(), compiler_);
    RowValues values(plan);
    values.add(call.columns().matched, row, false);
    values.add(call.values());
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        const std::int64_t removed = change_rows(connection, compiler_, call, values.get()).rows;
        if (removed == 0) fail_unmatched(connection, compiler_, plan, get, row, "remove");
        return true;
    });
}

void Backend::run(Intent intent, ConnectionWork work) {
    on_connection(intent, [&](Connection& connection) {
        work(connection);
        return true;
    });
}

void Backend::query(std::string_view sql, const RawArguments& arguments, const RowLayout& layout, Target target) {
    refuse_filters();
    const RawSql raw = bind_raw(compiler_, sql, arguments);
    refuse_star(sql, compiler_, layout);
    on_connection(intent_of(sql, compiler_), Ran::raw(), [&](Connection& connection) {
        Cursor cursor = connection.query(raw.sql, raw.values);
        if (!read_rows(cursor, layout, target)) check_columns(cursor.row(), layout);
        return true;
    });
}

std::int64_t Backend::execute(std::string_view sql, const RawArguments& arguments) {
    refuse_filters();
    const RawSql raw = bind_raw(compiler_, sql, arguments);
    return on_connection(intent_of(sql, compiler_), Ran::raw(),
                         [&](Connection& connection) { return connection.execute(raw.sql, raw.values); });
}

void Backend::refuse_filters() const {
    if (filters().empty()) return;
    throw UsageError("raw SQL bypasses the filters of this database; run it on the database without them");
}

void fail_not_found(const char* table) {
    if (table == nullptr) throw NotFound("one(): the query has no row");
    throw NotFound(std::string("one(): no row of ") + table + " is in the set");
}

void fail_several(const char* table) {
    if (table == nullptr) throw UsageError("one(): the query has several rows");
    throw UsageError(std::string("one(): several rows of ") + table + " are in the set");
}

}  // namespace strata::dal::detail
