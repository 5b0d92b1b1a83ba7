#include "detail/read_rows.hpp"
#include "detail/row_rules.hpp"
#include "detail/row_statements.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/dal/written_rows.hpp>

#include <algorithm>
#include <deque>

namespace strata::dal::detail {

using core::Op;
using core::internal::contains;

namespace {

/// The events that an insert with a conflict can be.
unsigned events_of(const ConflictRules& conflict) {
    constexpr unsigned inserts = before_insert | after_insert;
    return conflict.updates ? inserts | before_update | after_update : inserts;
}

/// The rules of an insert that leaves a row with the same values in these columns alone.
ConflictRules leave_alone(const RowPlan& plan, std::span<const int> columns) {
    core::Fragment rules;
    for (const int column : columns) {
        rules.push(Op::column, plan.source, static_cast<std::size_t>(column));
        rules.push(Op::conflict_target);
    }
    rules.push(Op::conflict_action, static_cast<std::size_t>(core::ConflictAction::nothing));
    rules.push(Op::conflict_end);
    return {std::move(rules), {}, false};
}

/// An insert of row values, with what it does where the row exists.
struct InsertPieces {
    InsertPieces(const RowPlan& plan, const ConflictRules& conflict, const core::Fragment& items,
                 std::span<const int> unset) {
        std::vector<int> columns = inserted_columns(plan, unset);
        const auto& tokens = conflict.rules.tokens();
        for (std::size_t i = 1; i < tokens.size(); ++i) {  // the conflict's key, too
            const int column = tokens[i - 1].number;
            if (tokens[i].op == Op::conflict_target && !contains(columns, column)) columns.push_back(column);
        }
        add_row_values(values, plan, columns, core::RowUse::written);
        values.append(conflict.rules);
        probe = values;
        values.append(conflict.condition);
        values.append(items);
        probe.push(Op::constant, 1);
        probe.push(Op::select_item);
    }
    core::Fragment values;
    core::Fragment probe;  // without the condition of the update
};

Request insert_request(const RowPlan& plan, const core::Fragment& fragment) {
    return {fragment, Verb::insert_columns, &plan.source};
}

[[noreturn]] void fail_hidden(const RowPlan& plan, const char* verb) {
    ErrorDetails details;
    details.table = plan.table.name;
    throw UniqueViolation(std::string(verb) + ": a row of " + plan.table.name +
                              " with the same key is not among those of this database's filters, and is not changed",
                          std::move(details));
}

/// Whether a row that was not written is hidden by filters: then it is not written without the update's condition
/// either. Changes nothing.
bool is_hidden(Connection& connection, const QueryCompiler& compiler, const RowPlan& plan, const RowCall& probe,
               const void* row) {
    const core::Transaction undone(connection);
    RowValues values(plan, true);
    add_values(values, probe, row);
    Cursor cursor = start(connection, compiler, probe, values.get());
    return !cursor.next();
}

bool writes_key(const RowPlan& plan, const RowCall& call) {
    return plan.generated_key >= 0 && contains(call.columns().written, plan.generated_key);
}

void check_written(const RowPlan& plan, std::span<const int> columns, const char* verb) {
    for (const int column : columns) {
        const bool made = column == plan.facts.version_column ||
                          plan.facts.columns[static_cast<std::size_t>(column)].computed.has_value();
        if (!made && !contains(plan.facts.primary_key, column)) continue;
        throw UsageError(std::string(verb) + "() cannot write " + plan.table.name + "." +
                         plan.table.column(column).name + ", which is the key, the version or computed");
    }
}

/// The named columns, or all that an update writes, with those that are computed from the row.
std::vector<int> columns_to_update(const RowPlan& plan, std::span<const int> named, std::span<const int> unset) {
    if (named.empty()) return updated_columns(plan, unset);
    std::vector<int> columns(named.begin(), named.end());
    for (const int column : columns) {
        if (contains(unset, column))
            throw UsageError(std::string("an update names ") + plan.table.name + "." + plan.table.column(column).name +
                             ", which the row leaves unset");
    }
    for (const int column : plan.statement(Verb::update_row).written) {
        if (plan.facts_of(column).computed_on_write != nullptr && !contains(columns, column)) columns.push_back(column);
    }
    return columns;
}

core::Fragment update_of(const RowPlan& plan, std::span<const int> columns) {
    core::Fragment fragment;
    add_row_values(fragment, plan, columns, core::RowUse::written);
    add_row_values(fragment, plan, plan.statement(Verb::update_row).matched, core::RowUse::matched);
    return fragment;
}

/// Keys of rows whose results have not come yet, where they tell why a row was not found.
class KeysInFlight {
public:
    explicit KeysInFlight(const RowPlan& plan) : plan_(plan), wanted_(plan.facts.version_column >= 0) {}
    void add(const void* row) {
        if (!wanted_) return;
        RowValues values(plan_);
        values.add(plan_.facts.primary_key, row, false);
        Key& key = keys_.emplace_back();
        for (const Value& value : values.get())
            key.values.push_back(value.borrows() ? value.relocated(key.texts.keep(std::string(value.chars())).data())
                                                 : value);
    }
    void pop() {
        if (wanted_) keys_.pop_front();
    }
    [[nodiscard]] std::span<const Value> front() const {
        return wanted_ ? std::span<const Value>(keys_.front().values) : std::span<const Value>();
    }

private:
    struct Key {
        std::vector<Value> values;
        core::Scratch texts;
    };
    const RowPlan& plan_;
    bool wanted_;
    std::deque<Key> keys_;
};

/// Ends a run over many rows when one of them is not as it must be.
struct Stop {};

}  // namespace

std::int64_t Backend::insert_from(const RowPlan& plan, core::Fragment&& query, std::span<const int> columns,
                                  const ConflictRules& conflict) {
    refuse_hooks(plan.table, events_of(conflict), "insert_from");
    if (conflict.updates && filters().has(plan.table))
        throw UsageError(std::string("upsert_from cannot tell which rows of ") + plan.table.name +
                         " the filters of this database hide: read the query's rows and give them to upsert_many");
    core::Fragment fragment = assigned_from(plan.source, query, columns);
    fragment.append(conflict.rules);
    fragment.append(conflict.condition);
    const bool names_key = plan.generated_key >= 0 && contains(columns, plan.generated_key);
    if (names_key) {
        fragment.push(Op::column, plan.source, static_cast<std::size_t>(plan.generated_key));
        fragment.push(Op::select_item);
    }
    const Request request{fragment, Verb::insert_values, &plan.source};
    if (!names_key) return change(request);
    const Call call(request, filters(), compiler_);
    const Rendering rendering{compiler_, call.request()};
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        std::int64_t count = 0;
        write_kept_keys(connection, compiler_, plan, [&] {
            std::optional<std::int64_t> highest;
            Cursor cursor =
                connection.query_cached(call.shape().key(), call.shape().hash(), std::cref(rendering), call.values());
            for (; cursor.next(); ++count) highest = std::max(highest.value_or(0), cursor.row().integer(0));
            return highest;
        });
        return count;
    });
}

bool Backend::upsert(const RowPlan& plan, void* row, const ConflictRules& conflict, bool* created) {
    const RowHook* const hook = hook_after(plan.table, events_of(conflict));
    if (hook == nullptr) {
        refuse_hooks(plan.table, events_of(conflict), "upsert");
        return plain_upsert(plan, row, conflict, created);
    }
    bool written = false;
    bool made = false;
    in_one_transaction([&](Backend& own) {
        written = own.plain_upsert(plan, row, conflict, &made);
        if (written) own.run_hook(*hook, made ? after_insert : after_update, row);
    });
    if (created != nullptr) *created = made;
    return written;
}

namespace {

/// The same rules, doing nothing where a row exists.
ConflictRules doing_nothing(const ConflictRules& conflict) {
    const auto& tokens = conflict.rules.tokens();
    std::size_t target = 0;
    while (tokens[target].op != Op::conflict_action) ++target;
    core::Fragment rules;
    rules.append(conflict.rules, 0, target);
    rules.push(Op::conflict_action, static_cast<std::size_t>(core::ConflictAction::nothing));
    rules.push(Op::conflict_end);
    return {std::move(rules), {}, false};
}

/// The whole row, and whether it was inserted, where RETURNING can tell.
core::Fragment row_and_origin(const RowPlan& plan, std::string_view inserted) {
    core::Fragment items = whole_row(plan);
    if (inserted.empty()) return items;
    items.push_text(inserted);
    items.push(Op::raw, core::type_of<bool>::info);
    items.push(Op::select_item);
    return items;
}

}  // namespace

bool Backend::plain_upsert(const RowPlan& plan, void* row, const ConflictRules& conflict, bool* created) {
    const std::vector<int> unset = unset_columns(plan, row);
    check_set_columns(plan, row, plan.statement(Verb::insert_row).written);
    // Without an update what is written is inserted.
    const bool asks = created != nullptr && conflict.updates;
    const std::string_view inserted = asks ? compiler_.inserted() : std::string_view();
    const InsertPieces pieces(plan, conflict, row_and_origin(plan, inserted), unset);
    const RowCall call(plan, insert_request(plan, pieces.values), filters(), compiler_);
    std::optional<InsertPieces> first;  // an insert by itself, which tells whether the row is there
    if (asks && inserted.empty()) first.emplace(plan, doing_nothing(conflict), whole_row(plan), unset);
    const bool keyed = writes_key(plan, call);
    if (keyed) check_key_is_set(plan, row, "upsert");
    const bool filtered = conflict.updates && filters().has(plan.table);
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        bool written = false;
        std::optional<core::Transaction> both;
        if (first) both.emplace(connection, core::immediate_transaction);
        const auto run = [&]() -> std::optional<std::int64_t> {
            bool is_new = !asks;
            if (first) {
                const RowCall insert(plan, insert_request(plan, first->values), filters(), compiler_);
                is_new = written = run_for_row(connection, compiler_, plan, insert, row);
            }
            if (!written)
                written = run_for_row(connection, compiler_, plan, call, row, inserted.empty() ? nullptr : &is_new);
            if (created != nullptr) *created = is_new;
            return written && keyed ? std::optional(key_number(plan, row)) : std::nullopt;
        };
        if (keyed)
            write_kept_keys(connection, compiler_, plan, run);
        else
            run();
        if (both && (written || !filtered)) both->commit();
        if (written || !filtered) return written;
        const RowCall probe(plan, insert_request(plan, pieces.probe), filters(), compiler_);
        if (conflict.condition.tokens().empty() || is_hidden(connection, compiler_, plan, probe, row))
            fail_hidden(plan, "upsert");
        return false;
    });
}

void Backend::upsert_values(const RowPlan& plan, const core::Fragment& assignments, const ConflictRules& conflict,
                            const RowLayout& layout, Target target) {
    refuse_hooks(plan.table, events_of(conflict), "upsert_into");
    core::Fragment whole = assignments;
    whole.append(conflict.rules);
    core::Fragment without = whole;
    whole.append(conflict.condition);
    bool written = false;
    const auto note = [&] {
        written = true;
        return target();
    };
    insert_values({whole, Verb::insert_values, &plan.source}, plan, layout, note);
    if (written || !conflict.updates || !filters().has(plan.table)) return;
    bool hidden = conflict.condition.tokens().empty();
    if (!hidden) {
        const Call probe({without, Verb::insert_values, &plan.source}, filters(), compiler_);
        const Rendering rendering{compiler_, probe.request()};
        hidden = on_connection(Intent::write, plan.table, [&](Connection& connection) {
            const core::Transaction undone(connection);
            Cursor cursor = connection.query_cached(probe.shape().key(), probe.shape().hash(), std::cref(rendering),
                                                    probe.values());
            return !cursor.next();
        });
    }
    if (hidden) fail_hidden(plan, "upsert_into");
}

/// What the rows of an upsert have in common.
struct Backend::Upserts {
    Connection& connection;
    const RowPlan& plan;
    const ConflictRules& conflict;
    const core::Fragment& items;
    core::detail::FunctionRef<void(const core::Row& row)> received;
    bool filtered;
    std::int64_t count = 0;
    std::optional<std::int64_t> highest = std::nullopt;
};

std::int64_t Backend::write_rows(const RowPlan& plan, RowSource rows, const ConflictRules& conflict,
                                 const core::Fragment& items,
                                 core::detail::FunctionRef<void(const core::Row& row)> received) {
    refuse_hooks(plan.table, events_of(conflict), "this insert");
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        core::Transaction transaction(connection, core::immediate_transaction);
        Upserts all{connection, plan, conflict, items, received, conflict.updates && filters().has(plan.table)};
        ManyRules rules(plan, plan.statement(Verb::insert_row).written, rows);
        const auto next = [&] { return rules.next(); };
        RowRuns runs(plan, next);
        while (runs.begin()) write_run(all, runs);
        if (all.highest) compiler_.advance_key(connection, plan, *all.highest);
        transaction.commit();
        return all.count;
    });
}

void Backend::write_run(Upserts& all, RowRuns& run) const {
    const RowPlan& plan = all.plan;
    const InsertPieces pieces(plan, all.conflict, all.items, run.unset());
    const RowCall call(plan, insert_request(plan, pieces.values), filters(), compiler_);
    const bool keyed = writes_key(plan, call);
    const auto next = [&] {
        const void* const row = run.next();
        if (row != nullptr && keyed) {
            check_key_is_set(plan, row, "upsert_many");
            all.highest = std::max(all.highest.value_or(0), key_number(plan, row));
        }
        return row;
    };
    if (all.filtered && !all.conflict.condition.tokens().empty()) {  // each row says why it was not written
        const RowCall probe(plan, insert_request(plan, pieces.probe), filters(), compiler_);
        while (const void* const row = next()) {
            RowValues own(plan, true);
            add_values(own, call, row);
            std::int64_t changed = 0;
            {
                Cursor cursor = start(all.connection, compiler_, call, own.get());
                while (cursor.next()) all.received(cursor.row());
                changed = cursor.affected();
            }
            if (changed == 0 && is_hidden(all.connection, compiler_, plan, probe, row))
                fail_hidden(plan, "upsert_many");
            all.count += changed;
        }
        return;
    }
    const Request request = call.request();
    const Rendering rendering{compiler_, request};
    const RowColumns& columns = call.columns();
    RowValues values(plan, true);
    const auto fill = [&](std::span<Value> place) {
        const void* const row = next();
        if (row == nullptr) return false;
        values.fill(columns.written, columns.matched, row, place);
        std::ranges::copy(call.values(), place.end() - static_cast<std::ptrdiff_t>(call.values().size()));
        return true;
    };
    const auto end = [&](std::int64_t changed) {
        if (changed == 0 && all.filtered) fail_hidden(plan, "upsert_many");
        all.count += changed;
    };
    all.connection.run_each(call.shape().key(), call.shape().hash(), std::cref(rendering),
                            columns.written.size() + call.values().size(), fill, {all.received, end});
}

std::int64_t Backend::upsert_many(const RowPlan& plan, RowSource rows, const ConflictRules& conflict) {
    return write_rows(plan, rows, conflict, {}, [](const core::Row&) {});
}

void Backend::write_many(const RowPlan& plan, RowSource rows, const ConflictRules& conflict,
                         const core::Fragment& items, const RowLayout& layout, Target target) {
    write_rows(plan, rows, conflict, items, [&](const core::Row& row) { read_row(row, layout, target); });
}

void Backend::plain_update_columns(const RowPlan& plan, void* row, std::span<const int> columns) {
    plan.need_key("update");
    check_written(plan, columns, "update");
    check_rules(plan, row, columns);
    core::Fragment fragment = update_of(plan, columns_to_update(plan, columns, unset_columns(plan, row)));
    fragment.append(whole_row(plan));
    const RowCall call(plan, {fragment, Verb::update_columns, &plan.source}, filters(), compiler_);
    on_connection(Intent::write, plan.table, [&](Connection& connection) {
        if (run_for_row(connection, compiler_, plan, call, row)) return true;
        const RowCall get(plan, Verb::get_row, filters(), compiler_);
        fail_unmatched(connection, compiler_, plan, get, row, "update");
    });
}

std::int64_t Backend::plain_update_many(const RowPlan& plan, RowSource rows, std::span<const int> columns) {
    plan.need_key("update_many");
    check_written(plan, columns, "update_many");
    return on_connection(Intent::write, plan.table, [&](Connection& connection) {
        core::Transaction transaction(connection, core::immediate_transaction);
        std::int64_t count = 0;
        ManyRules rules(
            plan, columns.empty() ? std::span<const int>(plan.statement(Verb::update_row).written) : columns, rows);
        const auto next = [&] { return rules.next(); };
        RowRuns runs(plan, next);
        while (runs.begin()) update_run(connection, plan, runs, columns, count);
        transaction.commit();
        return count;
    });
}

void Backend::update_run(Connection& connection, const RowPlan& plan, RowRuns& run, std::span<const int> named,
                         std::int64_t& count) const {
    const std::vector<int> columns = columns_to_update(plan, named, run.unset());
    const core::Fragment fragment = update_of(plan, columns);
    const RowCall call(plan, {fragment, Verb::update_columns, &plan.source}, filters(), compiler_);
    const RowColumns& written = call.columns();
    if (written.written.empty() && plan.set_by_database.empty()) fail_only_key(plan);
    const Request request = call.request();
    const Rendering rendering{compiler_, request};
    RowValues values(plan);
    KeysInFlight keys(plan);
    const auto fill = [&](std::span<Value> place) {
        const void* const row = run.next();
        if (row == nullptr) return false;
        values.fill(written.written, written.matched, row, place);
        std::ranges::copy(call.values(), place.end() - static_cast<std::ptrdiff_t>(call.values().size()));
        keys.add(row);
        return true;
    };
    const auto end = [&](std::int64_t changed) {
        if (changed == 0) throw Stop{};
        keys.pop();
        ++count;
    };
    try {
        connection.run_each(call.shape().key(), call.shape().hash(), std::cref(rendering),
                            written.written.size() + written.matched.size() + call.values().size(), fill,
                            {[](const core::Row&) {}, end});
    } catch (const Stop&) {
        const RowCall get(plan, Verb::get_row, filters(), compiler_);
        const std::string verb = "update_many, row " + std::to_string(count + 1);
        fail_unmatched(connection, compiler_, plan, get, keys.front(), verb.c_str());
    }
}

void Backend::update_changed(const RowPlan& plan, const void* before, void* after) {
    plan.need_key("update_changed");
    std::vector<int> changed;
    const auto differs = [&](int index) {
        const core::ColumnInfo& column = plan.table.column(index);
        if (column.type->is_unset != nullptr && column.type->is_unset(static_cast<const char*>(after) + column.offset))
            return false;
        core::Scratch scratch;
        return !is_equal(*column.type, column.type->view(static_cast<const char*>(before) + column.offset, scratch),
                         column.type->view(static_cast<const char*>(after) + column.offset, scratch));
    };
    if (std::ranges::any_of(plan.facts.primary_key, differs))
        throw UsageError(std::string("update_changed: the two rows of ") + plan.table.name + " have different keys");
    const auto is_made = [&](int index) {
        return index == plan.facts.version_column || contains(plan.facts.primary_key, index) ||
               plan.facts.columns[static_cast<std::size_t>(index)].computed.has_value();
    };
    for (int i = 0; i < plan.table.column_count; ++i) {
        if (!is_made(i) && differs(i)) changed.push_back(i);
    }
    if (!changed.empty()) update_columns(plan, after, changed);
}

void Backend::plain_save(const RowPlan& plan, void* row) {
    plan.need_key("save");
    if (plan.generated_key >= 0 && key_number(plan, row) == 0) {
        plain_insert(plan, row, {});
        return;
    }
    const ConflictRules rules = leave_alone(plan, plan.facts.primary_key);
    for (int tries = 0; tries < 3; ++tries) {  // a row may come or go between the two
        if (try_update(plan, row) || plain_upsert(plan, row, rules)) return;
    }
    fail_hidden(plan, "save");
}

bool Backend::plain_get_or_create(const RowPlan& plan, void* row, std::span<const int> columns) {
    core::Fragment found;
    add_row_values(found, plan, columns, core::RowUse::matched);
    const RowCall find(plan, {found, Verb::find_columns, &plan.source}, filters(), compiler_);
    for (const int index : columns) {
        core::Scratch scratch;
        const core::ColumnInfo& column = plan.table.column(index);
        if (column.type->view(static_cast<const char*>(row) + column.offset, scratch).is_null())
            throw UsageError(std::string("get_or_create: ") + plan.table.name + "." + column.name +
                             " is NULL, which no row is found by");
    }
    const ConflictRules rules = leave_alone(plan, columns);
    for (int tries = 0; tries < 3; ++tries) {  // a row may come or go between the two
        const bool exists = on_connection(
            Intent::read, [&](Connection& connection) { return run_for_row(connection, compiler_, plan, find, row); });
        if (exists) return false;
        const RowHook* const hook = hook_for(plan, before_insert | after_insert);
        if (hook != nullptr) run_hook(*hook, before_insert, row);
        if (plain_upsert(plan, row, rules)) {
            if (hook != nullptr) run_hook(*hook, after_insert, row);
            return true;
        }
    }
    fail_hidden(plan, "get_or_create");
}

void Backend::truncate(const RowPlan& plan) {
    refuse_hooks(plan.table, before_remove | after_remove, "truncate");
    if (filters().has(plan.table))
        throw UsageError(std::string("truncate removes rows of ") + plan.table.name +
                         " that the filters of this database hide: db(dal::all(...)).remove() keeps to them");
    try {
        change({RowStatement::nothing(), Verb::truncate, &plan.source});
    } catch (const Error& error) {
        if (error.code() == "42P01")  // the server says no place in such a statement
            throw NoSuchTable(std::string("no such table: ") + plan.table.name + "; run db_migrate.sh upgrade",
                              error.details());
        if (error.code() != "42501") throw;
        error.raise_again(std::string(error.what()) +
                              "; truncate is for the owner of the table, another role removes "
                              "the rows: db(dal::all(...)).remove()",
                          error.details());
    }
}

}  // namespace strata::dal::detail
