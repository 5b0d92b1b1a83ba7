#include "detail/checks.hpp"
#include "detail/filters.hpp"
#include "detail/raw_sql.hpp"
#include "detail/read_rows.hpp"
#include "detail/select_list.hpp"
#include "detail/sql_writer.hpp"

#include <strata/core/detail/statement_class.hpp>
#include <strata/core/error.hpp>
#include <strata/dal/detail/backend.hpp>

#include <algorithm>
#include <functional>
#include <new>
#include <utility>

namespace strata::dal::detail {

using core::Connection;
using core::Cursor;
using core::Intent;
using core::Value;

namespace {

constexpr const char* advice = "; run db_migrate.sh upgrade";

/// A missing table or column most often means that a migration has not run; the error says so.
[[noreturn]] void rethrow_explained(const Error& error, bool typed) {
    const bool explained = dynamic_cast<const NoSuchTable*>(&error) != nullptr ||
                           (typed && dynamic_cast<const NoSuchColumn*>(&error) != nullptr);
    if (!explained) throw;
    error.raise_again(std::string(error.what()) + advice, error.details());
}

Intent intent_of(const Request& request) { return reads(request.verb) ? Intent::read : Intent::write; }
/// What raw SQL does, as far as its words tell.
Intent intent_of(std::string_view sql, const QueryCompiler& compiler) {
    return core::detail::only_reads(sql, compiler.dialect.lexis()) ? Intent::read : Intent::write;
}

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

/// Writes the SQL of a statement when a connection does not have it yet.
struct Rendering {
    const QueryCompiler& compiler;
    const Request& request;
    [[nodiscard]] std::string operator()() const { return compiler.compile(request); }
};

Cursor start(Connection& connection, const QueryCompiler& compiler, const RowCall& call,
             std::span<const Value> values) {
    const Request request = call.request();
    const Rendering rendering{compiler, request};
    return connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), values);
}

core::Executed change_rows(Connection& connection, const QueryCompiler& compiler, const RowCall& call,
                           std::span<const Value> values) {
    const Request request = call.request();
    const Rendering rendering{compiler, request};
    return connection.execute_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), values);
}

std::int64_t finish(Cursor& cursor) {
    while (cursor.next()) {
    }
    return cursor.affected();
}

/// Values of a row for a statement. Borrows from the row.
class RowValues {
public:
    explicit RowValues(const RowPlan& plan) : plan_(plan) {}
    void add(std::span<const int> columns, const void* row, bool written) {
        make(values_.add_room(columns.size()), columns, row, written);
    }
    void add(std::span<const Value> values) { values_.append(values.data(), values.size()); }
    /// Writes the values into the driver's own buffer.
    void fill(std::span<const int> columns, const void* row, std::span<Value> values) {
        scratch_.clear();
        make(values.data(), columns, row, true);
    }
    [[nodiscard]] std::span<const Value> get() const { return {values_.data(), values_.size()}; }

private:
    /// Constructs the value in its place: copying it right after its parts were stored stalls on store forwarding
    /// (measured).
    void make(Value* place, std::span<const int> columns, const void* row, bool written) {
        const PlannedColumn* const planned = plan_.columns.data();
        for (const int index : columns) {
            const PlannedColumn& column = planned[index];
            ::new (static_cast<void*>(place))
                Value(column.view(static_cast<const char*>(row) + column.offset, scratch_));
            if (column.checked && written) check(*place, index);
            ++place;
        }
    }
    [[gnu::noinline]] void check(Value& value, int index) {
        value = checked_value(plan_.table, index, value, scratch_);
    }

    const RowPlan& plan_;
    core::detail::SmallVector<Value, 24> values_;
    core::Scratch scratch_;
};

std::int64_t key_number(const RowPlan& plan, const void* row) {
    core::Scratch scratch;
    const core::ColumnInfo& key = plan.table.column(plan.generated_key);
    return key.type->view(static_cast<const char*>(row) + key.offset, scratch).number();
}

/// Rounds the row's decimals as they were rounded when they were written to the table.
void keep_as_stored(const RowPlan& plan, std::span<const int> columns, void* row) {
    for (const int index : columns) {
        const core::ColumnInfo& column = plan.table.column(index);
        if (column.type->kind != core::TypeKind::numeric ||
            plan.facts.columns[static_cast<std::size_t>(index)].precision == 0)
            continue;
        void* const member = static_cast<char*>(row) + column.offset;
        core::Scratch scratch;
        const Value value = column.type->view(member, scratch);
        if (value.is_null()) continue;
        const Value stored = checked_value(plan.table, index, value, scratch);
        if (stored.chars() != value.chars()) core::read_text(*column.type, stored.chars(), member);
    }
}

[[noreturn]] void fail_unreturned(const RowPlan& plan) {
    throw Error(std::string("the database made no row of an insert into ") + plan.table.name);
}

/// Used where the database knows the last key, since RETURNING would only be slower.
[[gnu::noinline]] void insert_by_last_key(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                          const RowCall& call, void* row) {
    RowValues values(plan);
    values.add(call.columns().written, row, true);
    const core::Executed made = change_rows(connection, compiler, call, values.get());
    if (made.rows == 0 || !made.last_insert_key) fail_unreturned(plan);
    const core::ColumnInfo& column = plan.table.column(plan.generated_key);
    core::read_number(*column.type, *made.last_insert_key, static_cast<char*>(row) + column.offset);
    if (plan.rounds) keep_as_stored(plan, call.columns().written, row);
}

Verb insert_verb(bool keep_keys) { return keep_keys ? Verb::insert_row_with_keys : Verb::insert_row; }

void insert_row(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& call,
                void* row, bool keep_keys) {
    if (!keep_keys && plan.returns_only_key() && call.fixed().empty() && compiler.keeps_last_key()) {
        insert_by_last_key(connection, compiler, plan, call, row);
        return;
    }
    RowValues values(plan);
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

/// Writes rows with explicit keys. In the same transaction the database's own numbering is advanced past them.
template <class Write>
void write_kept_keys(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const Write& write) {
    std::optional<core::Transaction> transaction;
    if (!connection.in_transaction()) transaction.emplace(connection, core::immediate_transaction);
    if (const std::optional<std::int64_t> highest = write()) compiler.advance_key(connection, plan, *highest);
    if (transaction) transaction->commit();
}

[[gnu::noinline]] void insert_with_key(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                       const RowCall& call, void* row) {
    write_kept_keys(connection, compiler, plan, [&] {
        insert_row(connection, compiler, plan, call, row, true);
        return std::optional(key_number(plan, row));
    });
}

bool names_key(const Request& request, const RowPlan& plan) {
    return std::ranges::any_of(request.fragment.tokens(), [&](const core::Token& token) {
        return token.op == core::Op::assign && int{token.number} == plan.generated_key;
    });
}

bool row_exists(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& get,
                const void* row) {
    RowValues key(plan);
    key.add(plan.facts.primary_key, row, false);
    key.add(get.values());
    Cursor cursor = start(connection, compiler, get, key.get());
    return cursor.next();
}

[[noreturn]] void fail_unmatched(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan,
                                 const RowCall& get, const void* row, const char* verb) {
    ErrorDetails details;
    details.table = plan.table.name;
    if (plan.facts.version_column >= 0 && row_exists(connection, compiler, plan, get, row)) {
        throw StaleRow(std::string(verb) + ": the row of " + plan.table.name +
                           " was changed by someone else since it was read; read it again",
                       std::move(details));
    }
    throw NotFound(std::string(verb) + ": there is no row with that key in " + plan.table.name, std::move(details));
}

bool key_takes(core::TypeKind kind, Value::Kind value) {
    using core::TypeKind;
    switch (kind) {
        case TypeKind::boolean:
            return value == Value::Kind::boolean;
        case TypeKind::small_integer:
        case TypeKind::integer:
        case TypeKind::big_integer:
            return value == Value::Kind::integer;
        case TypeKind::real:
        case TypeKind::double_precision:
            return value == Value::Kind::real || value == Value::Kind::integer;
        case TypeKind::text:
        case TypeKind::enumeration:
            return value == Value::Kind::text;
        case TypeKind::bytes:
            return value == Value::Kind::bytes;
        case TypeKind::numeric:
            return value == Value::Kind::numeric || value == Value::Kind::integer;
        case TypeKind::date:
            return value == Value::Kind::date;
        case TypeKind::time:
            return value == Value::Kind::time;
        case TypeKind::timestamp:
            return value == Value::Kind::timestamp;
        case TypeKind::timestamptz:
            return value == Value::Kind::timestamptz;
        case TypeKind::uuid:
            return value == Value::Kind::uuid;
        case TypeKind::json:
            return value == Value::Kind::json;
        case TypeKind::array:
            return value == Value::Kind::array;
    }
    return false;
}

void check_key(const RowPlan& plan, std::span<const Value> key) {
    plan.need_key("get");
    const std::vector<int>& columns = plan.facts.primary_key;
    if (key.size() != columns.size()) {
        throw UsageError("the key of " + std::string(plan.table.name) + " has " + std::to_string(columns.size()) +
                         " columns, but get() is given " + std::to_string(key.size()) + " values");
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const core::ColumnInfo& column = plan.table.column(columns[i]);
        if (key_takes(column.type->kind, key[i].kind())) continue;
        throw UsageError("get() is given a value of another type than the key column " + std::string(plan.table.name) +
                         "." + column.name);
    }
}

}  // namespace

template <class Run>
auto Backend::on_connection(core::Intent intent, const Run& run, bool typed) {
    decltype(run(std::declval<Connection&>())) result{};
    try {
        with_connection(intent, [&](Connection& connection) { result = run(connection); });
    } catch (const Error& error) {
        rethrow_explained(error, typed);
    }
    return result;
}

void Backend::fetch(const Request& request, const RowLayout& layout, Target target) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    const bool one = reads(request.verb) && request.limit == 1;
    const Expect expect = one ? Expect::one_row : Expect::rows;
    if (call.locks()) check_lock();
    on_connection(intent_of(request), [&](Connection& connection) {
        Cursor cursor =
            connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
        read_rows(cursor, layout, target, expect);
        return true;
    });
}

std::int64_t Backend::change(const Request& request) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::write, [&](Connection& connection) {
        return connection.execute_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values())
            .rows;
    });
}

std::int64_t Backend::count(const Request& request) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::read, [&](Connection& connection) {
        Cursor cursor =
            connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
        return cursor.next() ? cursor.row().integer(0) : 0;
    });
}

bool Backend::exists(const Request& request) {
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::read, [&](Connection& connection) {
        Cursor cursor =
            connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
        return cursor.next();
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
    const std::string sql = compiler_.explained(compiler_.compile(call.request()), options);
    return on_connection(Intent::read, [&](Connection& connection) {
        Cursor cursor = connection.query(sql, call.values());
        return compiler_.plan_of(cursor);
    });
}

void Backend::insert(const RowPlan& plan, void* row, const InsertOptions& options) {
    const RowCall call(plan, insert_verb(options.keep_keys), filters(), compiler_);
    on_connection(Intent::write, [&](Connection& connection) {
        if (options.keep_keys && plan.generated_key >= 0)
            insert_with_key(connection, compiler_, plan, call, row);
        else
            insert_row(connection, compiler_, plan, call, row, options.keep_keys);
        return true;
    });
}

void Backend::insert_values(const Request& request, const RowPlan& plan, const RowLayout& layout, Target target) {
    if (!names_key(request, plan)) {
        fetch(request, layout, target);
        return;
    }
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    on_connection(Intent::write, [&](Connection& connection) {
        write_kept_keys(connection, compiler_, plan, [&] {
            Cursor cursor =
                connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
            const void* row = nullptr;
            read_rows(
                cursor, layout,
                [&] {
                    void* const made = target();
                    row = made;
                    return made;
                },
                Expect::rows);
            if (row == nullptr) fail_unreturned(plan);
            return std::optional(key_number(plan, row));
        });
        return true;
    });
}

std::int64_t Backend::insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options) {
    const RowCall call(plan, insert_verb(options.keep_keys), filters(), compiler_);
    const std::vector<int>& columns = call.columns().written;
    std::vector<std::string_view> names;
    names.reserve(columns.size() + call.fixed().size());
    for (const int index : columns) names.emplace_back(plan.table.column(index).name);
    for (const int index : call.fixed()) names.emplace_back(plan.table.column(index).name);
    if (names.empty()) {
        if (rows() == nullptr) return 0;
        throw UsageError("every column of " + std::string(plan.table.name) +
                         " is made by the server; insert its rows one by one, or with keep_keys");
    }
    const bool counts_keys = options.keep_keys && plan.generated_key >= 0;
    std::optional<std::int64_t> highest;
    RowValues values(plan);
    return on_connection(Intent::write, [&](Connection& connection) {
        // A row that is refused here must not fail the transaction around; keys are counted in one with their rows.
        std::optional<core::Transaction> own;
        if (connection.in_transaction() || counts_keys) own.emplace(connection, core::immediate_transaction);
        const std::int64_t count =
            connection.bulk_insert(plan.table.qualified_name(), names, [&](std::span<Value> row_values) {
                const void* row = rows();
                if (row == nullptr) return false;
                values.fill(columns, row, row_values);
                std::ranges::copy(call.values(), row_values.begin() + static_cast<std::ptrdiff_t>(columns.size()));
                if (counts_keys) highest = std::max(highest.value_or(key_number(plan, row)), key_number(plan, row));
                return true;
            });
        if (highest) compiler_.advance_key(connection, plan, *highest);
        if (own) own->commit();
        return count;
    });
}

void Backend::insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options) {
    const RowCall call(plan, insert_verb(options.keep_keys), filters(), compiler_);
    on_connection(Intent::write, [&](Connection& connection) {
        core::Transaction transaction(connection, core::immediate_transaction);
        std::optional<std::int64_t> highest;
        while (void* row = rows()) {
            insert_row(connection, compiler_, plan, call, row, options.keep_keys);
            if (options.keep_keys && plan.generated_key >= 0) {
                highest = std::max(highest.value_or(key_number(plan, row)), key_number(plan, row));
            }
        }
        if (highest) compiler_.advance_key(connection, plan, *highest);
        transaction.commit();
        return true;
    });
}

void Backend::get(const RowPlan& plan, std::span<const Value> key, const RowLayout& layout, Target target) {
    check_key(plan, key);
    const RowCall call(plan, Verb::get_row, filters(), compiler_);
    core::detail::SmallVector<Value, 4> values;
    values.append(key.data(), key.size());
    values.append(call.values().data(), call.values().size());
    on_connection(Intent::read, [&](Connection& connection) {
        Cursor cursor = start(connection, compiler_, call, {values.data(), values.size()});
        read_rows(cursor, layout, target, Expect::one_row);
        return true;
    });
}

void Backend::update(const RowPlan& plan, void* row) {
    plan.need_key("update");
    const RowCall call(plan, Verb::update_row, filters(), compiler_);
    const RowCall get(plan, Verb::get_row, filters(), compiler_);
    const RowColumns& columns = call.columns();
    if (columns.written.empty() && plan.set_by_database.empty()) {
        throw UsageError(std::string(plan.table.model) + " has nothing but its key, so there is nothing to update");
    }
    RowValues values(plan);
    values.add(columns.written, row, true);
    values.add(columns.matched, row, false);
    values.add(call.values());
    on_connection(Intent::write, [&](Connection& connection) {
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
        if (!found) fail_unmatched(connection, compiler_, plan, get, row, "update");
        if (plan.rounds) keep_as_stored(plan, columns.written, row);
        return true;
    });
}

void Backend::remove(const RowPlan& plan, const void* row) {
    plan.need_key("remove");
    const RowCall call(plan, Verb::remove_row, filters(), compiler_);
    const RowCall get(plan, Verb::get_row, filters(), compiler_);
    RowValues values(plan);
    values.add(call.columns().matched, row, false);
    values.add(call.values());
    on_connection(Intent::write, [&](Connection& connection) {
        const std::int64_t removed = change_rows(connection, compiler_, call, values.get()).rows;
        if (removed == 0) fail_unmatched(connection, compiler_, plan, get, row, "remove");
        return true;
    });
}

void Backend::query(std::string_view sql, std::span<const Argument> arguments, const RowLayout& layout, Target target) {
    refuse_filters();
    const RawSql raw = bind_raw(compiler_, sql, arguments);
    const bool tuple = layout.names == nullptr && layout.locate != nullptr;
    if (tuple && selects_star(sql, compiler_.dialect.lexis())) {
        throw UsageError(
            "a std::tuple is read by position, and what * stands for changes with the table; name the columns, or read "
            "into a described struct");
    }
    on_connection(
        intent_of(sql, compiler_),
        [&](Connection& connection) {
            Cursor cursor = connection.query(raw.sql, raw.values);
            read_rows(cursor, layout, target);
            return true;
        },
        false);
}

std::int64_t Backend::execute(std::string_view sql, std::span<const Argument> arguments) {
    refuse_filters();
    const RawSql raw = bind_raw(compiler_, sql, arguments);
    return on_connection(
        intent_of(sql, compiler_), [&](Connection& connection) { return connection.execute(raw.sql, raw.values); },
        false);
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
