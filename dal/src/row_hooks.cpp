#include "detail/row_hooks.hpp"

#include "detail/row_statements.hpp"

#include <string>

namespace strata::dal::detail {

const RowHook* Backend::hook_for(const RowPlan& plan, unsigned events) const {
    if (hooks_ == nullptr) return nullptr;
    for (const auto& hook : hooks_->all()) {
        if (hook->table.facts().number == plan.facts.number && (hook->events() & events) != 0) return hook.get();
    }
    refuse_hooks(plan.table, events, "another model of the table");
    return nullptr;
}

void Backend::refuse_hooks(const core::TableInfo& table, unsigned events, const char* verb) const {
    if (hooks_ == nullptr) return;
    for (const auto& hook : hooks_->all()) {
        if ((hook->events() & events) == 0 || std::string_view(hook->table.name) != table.name ||
            std::string_view(hook->table.schema) != table.schema)
            continue;
        throw UsageError(std::string(verb) + " would pass by the callbacks of " + hook->table.model +
                         ", which are about single rows: write rows, or use the database without them");
    }
}

void Backend::refuse_hooks_of(const Request& request) const {
    if (hooks_ == nullptr) return;
    for (const core::Token& token : request.fragment.tokens()) {
        if (token.op != core::Op::writing) continue;
        const core::TableInfo& table = *request.fragment.descriptors()[token.object - 1U].source->table;
        constexpr unsigned events[] = {before_insert | after_insert, before_insert | after_insert,
                                       before_update | after_update, before_remove | after_remove};
        refuse_hooks(table, events[token.number], "a query that writes");
    }
    if (request.source == nullptr) return;
    if (request.verb == Verb::update)
        refuse_hooks(*request.source->table, before_update | after_update, "update of a set");
    if (request.verb == Verb::remove)
        refuse_hooks(*request.source->table, before_remove | after_remove, "remove of a set");
}

const RowHook* Backend::hook_after(const core::TableInfo& table, unsigned events) const {
    constexpr unsigned before = before_insert | before_update | before_remove;
    const RowHook* found = nullptr;
    if (hooks_ == nullptr) return found;
    for (const auto& hook : hooks_->all()) {
        const unsigned asked = hook->events() & events;
        if (asked == 0 || std::string_view(hook->table.name) != table.name ||
            std::string_view(hook->table.schema) != table.schema)
            continue;
        if ((asked & before) != 0 || hook->table.facts().number != table.facts().number) return nullptr;
        if (found == nullptr) found = hook.get();
    }
    return found;
}

std::int64_t Backend::change(const Request& request) {
    const bool updates = request.verb == Verb::update;
    if (hooks_ != nullptr && (updates || request.verb == Verb::remove)) {
        const unsigned events = updates ? before_update | after_update : before_remove | after_remove;
        if (const RowHook* const hook = hook_after(*request.source->table, events))
            return change_with(*hook, request, updates ? after_update : after_remove);
    }
    refuse_hooks_of(request);
    return plain_change(request);
}

std::int64_t Backend::change_with(const RowHook& hook, const Request& request, RowEvent event) {
    core::Fragment returning = request.fragment;
    returning.push(core::Op::select_row, *request.source);
    std::int64_t count = 0;
    in_one_transaction([&](Backend& own) {
        count = hook.with_changed(own, {returning, request.verb, request.source},
                                  [&](void* row) { own.run_hook(hook, event, row); });
    });
    return count;
}

void Backend::run_hook(const RowHook& hook, RowEvent event, void* row) {
    if ((hook.events() & event) == 0) return;
    retain();
    hook.run(event, BackendPtr(this), row);
}

void Backend::in_one_transaction(core::detail::FunctionRef<void(Backend& backend)> call) {
    transaction({}, [&](const BackendPtr& backend) { call(*backend); });
}

void Backend::insert_with(const RowHook& hook, const RowPlan& plan, void* row, const InsertOptions& options) {
    run_hook(hook, before_insert, row);
    plain_insert(plan, row, options);
    run_hook(hook, after_insert, row);
}

void Backend::insert(const RowPlan& plan, void* row, const InsertOptions& options) {
    const RowHook* const hook = hook_for(plan, before_insert | after_insert);
    if (hook == nullptr) {
        plain_insert(plan, row, options);
        return;
    }
    in_one_transaction([&](Backend& own) { own.insert_with(*hook, plan, row, options); });
}

std::int64_t Backend::insert_many(const RowPlan& plan, RowSource rows, const InsertOptions& options,
                                  std::span<const int> given) {
    if (!given.empty()) refuse_hooks(plan.table, before_insert | after_insert, "insert_many of some columns");
    const RowHook* const hook = hook_for(plan, before_insert | after_insert);
    if (hook == nullptr) return plain_insert_many(plan, rows, options, given);
    std::int64_t count = 0;
    in_one_transaction([&](Backend& own) {
        for (; const void* const row = rows(); ++count)
            hook->with_copy(row, [&](void* copy) { own.insert_with(*hook, plan, copy, options); });
    });
    return count;
}

void Backend::insert_each(const RowPlan& plan, MutableRowSource rows, const InsertOptions& options) {
    const RowHook* const hook = hook_for(plan, before_insert | after_insert);
    if (hook == nullptr) {
        plain_insert_each(plan, rows, options);
        return;
    }
    in_one_transaction([&](Backend& own) {
        while (void* const row = rows()) own.insert_with(*hook, plan, row, options);
    });
}

void Backend::update_with(const RowHook& hook, const RowPlan& plan, void* row, std::span<const int> columns) {
    run_hook(hook, before_update, row);
    if (columns.empty())
        plain_update(plan, row);
    else
        plain_update_columns(plan, row, columns);
    run_hook(hook, after_update, row);
}

void Backend::update(const RowPlan& plan, void* row) {
    const RowHook* const hook = hook_for(plan, before_update | after_update);
    if (hook == nullptr)
        plain_update(plan, row);
    else
        in_one_transaction([&](Backend& own) { own.update_with(*hook, plan, row, {}); });
}

void Backend::update_columns(const RowPlan& plan, void* row, std::span<const int> columns) {
    const RowHook* const hook = hook_for(plan, before_update | after_update);
    if (hook == nullptr)
        plain_update_columns(plan, row, columns);
    else
        in_one_transaction([&](Backend& own) { own.update_with(*hook, plan, row, columns); });
}

std::int64_t Backend::update_many(const RowPlan& plan, RowSource rows, std::span<const int> columns) {
    const RowHook* const hook = hook_for(plan, before_update | after_update);
    if (hook == nullptr) return plain_update_many(plan, rows, columns);
    std::int64_t count = 0;
    in_one_transaction([&](Backend& own) {
        for (; const void* const row = rows(); ++count)
            hook->with_copy(row, [&](void* copy) { own.update_with(*hook, plan, copy, columns); });
    });
    return count;
}

void Backend::remove(const RowPlan& plan, const void* row) {
    const RowHook* const hook = hook_for(plan, before_remove | after_remove);
    if (hook == nullptr) {
        plain_remove(plan, row);
        return;
    }
    in_one_transaction([&](Backend& own) {
        hook->with_copy(row, [&](void* copy) {
            own.run_hook(*hook, before_remove, copy);
            own.plain_remove(plan, copy);
            own.run_hook(*hook, after_remove, copy);
        });
    });
}

void Backend::save(const RowPlan& plan, void* row) {
    const RowHook* const hook = hook_for(plan, before_insert | after_insert | before_update | after_update);
    if (hook == nullptr) {
        plain_save(plan, row);
        return;
    }
    in_one_transaction([&](Backend& own) {
        plan.need_key("save");
        const bool exists = own.has_key_of(plan, row);
        own.run_hook(*hook, exists ? before_update : before_insert, row);
        own.plain_save(plan, row);
        own.run_hook(*hook, exists ? after_update : after_insert, row);
    });
}

bool Backend::get_or_create(const RowPlan& plan, void* row, std::span<const int> columns) {
    if (hook_for(plan, before_insert | after_insert) == nullptr) return plain_get_or_create(plan, row, columns);
    bool created = false;
    in_one_transaction([&](Backend& own) { created = own.plain_get_or_create(plan, row, columns); });
    return created;
}

}  // namespace strata::dal::detail
