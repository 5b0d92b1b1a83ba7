// Rows of which only some columns were said: what make() made of an input struct, and patches.

#include "detail/filters.hpp"
#include "detail/row_rules.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/dal/options.hpp>

namespace strata::dal::detail {

using core::Op;
using core::internal::contains;

namespace {

void assign(core::Fragment& fragment, const RowPlan& plan, const SaidColumn& said) {
    fragment.bind(*said.type, said.value, core::ForColumn{&plan.source, said.column, true});
    fragment.push(Op::assign, plan.source, static_cast<std::size_t>(said.column));
}

void add_equal(core::Fragment& fragment, const RowPlan& plan, int column, const core::Value& value) {
    fragment.push(Op::column, plan.source, static_cast<std::size_t>(column));
    fragment.bind(*plan.table.column(column).type, value, core::ForColumn{&plan.source, column});
    fragment.push(Op::equal);
    fragment.push(Op::where);
}

[[noreturn]] void refuse(const RowPlan& plan, int column, const char* why) {
    throw UsageError(std::string(plan.table.name) + "." + plan.table.column(column).name + " " + why);
}

}  // namespace

void Backend::insert_said(const RowPlan& plan, const void* row, std::span<const int> said, const RowLayout& layout,
                          Target target) {
    const std::vector<int>& written = plan.statement(Verb::insert_row).written;
    core::Fragment fragment;
    for (int i = 0; i < plan.table.column_count; ++i) {
        const bool is_said = contains(said, i);
        if (!is_said && !contains(written, i)) continue;
        if (plan.facts.columns[static_cast<std::size_t>(i)].computed)
            refuse(plan, i, "is computed by the database, so a row of an input struct cannot say it");
        if (filters().gives(plan.source, i)) continue;  // whatever the struct holds, as in an insert of the model
        const core::ColumnInfo& column = plan.table.column(i);
        assign(fragment, plan, {i, column.type, static_cast<const char*>(row) + column.offset});
    }
    if (plan.facts.rules != nullptr) {
        std::vector<int> checked = written;
        for (const int column : said) {
            if (!contains(checked, column)) checked.push_back(column);
        }
        check_rules(plan, row, checked);
    }
    insert_values({fragment, Verb::insert_values, &plan.source}, plan, layout, target);
}

void Backend::patch(const RowPlan& plan, std::span<const core::Value> key, std::span<const SaidColumn> said,
                    const RowLayout& layout, Target target) {
    refuse_hooks(plan.table, before_update | after_update, "patch");
    check_key(plan, key, "patch");
    core::Fragment fragment;
    std::optional<core::Value> version;
    core::Scratch scratch;
    bool assigns = false;
    for (const SaidColumn& column : said) {
        if (contains(plan.facts.primary_key, column.column))
            refuse(plan, column.column, "is the key, which a patch cannot write");
        if (plan.facts.columns[static_cast<std::size_t>(column.column)].computed)
            refuse(plan, column.column, "is computed by the database, so a patch cannot write it");
        if (column.column == plan.facts.version_column) {
            version = column.type->view(column.value, scratch);
            continue;
        }
        assign(fragment, plan, column);
        assigns = true;
    }
    void* found = nullptr;
    const auto make = [&]() -> void* { return found = target(); };
    if (assigns) {
        for (std::size_t i = 0; i < key.size(); ++i) add_equal(fragment, plan, plan.facts.primary_key[i], key[i]);
        if (version) add_equal(fragment, plan, plan.facts.version_column, *version);
        const Request request{fragment, Verb::update_returning, &plan.source};
        check_assigned(request);
        if (plan.facts.rules != nullptr &&
            plan.facts.rules->about_rows()) {  // the whole row is known once it is written
            transaction({}, [&](const BackendPtr& inner) {
                inner->fetch(request, layout, make);
                if (found != nullptr) check_rules(plan, found, plan.statement(Verb::update_row).written);
            });
        } else {
            fetch(request, layout, make);
        }
        if (found != nullptr) return;
    }
    get(plan, key, layout, make);
    ErrorDetails details;
    details.table = plan.table.name;
    if (found == nullptr)
        throw NotFound(std::string("patch: there is no row with that key in ") + plan.table.name, std::move(details));
    if (!assigns && !version) return;
    if (!assigns) {
        const core::ColumnInfo& column = plan.table.column(plan.facts.version_column);
        const core::Value stored = column.type->view(static_cast<const char*>(found) + column.offset, scratch);
        if (stored.number() == version->number()) return;
    }
    throw StaleRow(std::string("patch: the row of ") + plan.table.name +
                       " was changed by someone else since it was read; read it again",
                   std::move(details));
}

}  // namespace strata::dal::detail
