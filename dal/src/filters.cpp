#include "detail/filters.hpp"

#include "detail/op_traits.hpp"
#include "detail/row_statements.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/dal/detail/raw_text.hpp>

#include <algorithm>
#include <utility>

namespace strata::dal::detail {

using core::Op;
using core::Token;

namespace {

/// What the condition fixes: those of its parts between ANDs that are `column = value`.
std::vector<Filter::Fixed> fixed_by(const core::Fragment& condition) {
    const auto& tokens = condition.tokens();
    std::vector<std::vector<Filter::Fixed>> operands;
    std::size_t values = 0;
    int depth = 0;  // of queries in the condition, which fix nothing
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        const OpTraits& traits = traits_of(token.op);
        if (token.op == Op::parameter) ++values;
        if (traits.place == Place::query_begin) ++depth;
        if (traits.place == Place::query_end) --depth;
        if (depth > 0 || traits.place == Place::text) continue;
        if (traits.place == Place::value || traits.place == Place::query_end) {
            operands.emplace_back();
            continue;
        }
        const std::size_t count = operand_count(token);
        std::vector<Filter::Fixed> fixed;
        if (token.op == Op::logical_and) {
            fixed = operands[operands.size() - 2];
            fixed.insert(fixed.end(), operands.back().begin(), operands.back().end());
        } else if (token.op == Op::equal && tokens[i - 2].op == Op::column && tokens[i - 1].op == Op::parameter) {
            fixed.push_back({tokens[i - 2].number, values - 1});
        }
        operands.resize(operands.size() - count);
        operands.push_back(std::move(fixed));
    }
    return operands.empty() ? std::vector<Filter::Fixed>() : std::move(operands.back());
}

/// Whether the source is the filter's table, which another model may describe.
bool is_of(const core::SourceInfo& source, const Filter& filter) {
    if (source.table == nullptr) return false;
    const core::TableInfo& table = *filter.table->table;
    return std::string_view(source.table->name) == table.name && std::string_view(source.table->schema) == table.schema;
}

/// The tokens from and join of queries with a right or a full join. The conditions of such a query do not keep rows of
/// its sources out: a row that ON leaves without a partner stays, and WHERE is about rows that were joined. Empty where
/// no query has such a join.
std::vector<bool> joined_apart(const core::Fragment& fragment) {
    const auto& tokens = fragment.tokens();
    const auto is_outer = [](const Token& token) {
        const auto kind = static_cast<core::JoinKind>(token.flags);
        return token.op == Op::join && (kind == core::JoinKind::right || kind == core::JoinKind::full);
    };
    if (std::ranges::none_of(tokens, is_outer)) return {};
    std::vector<bool> apart(tokens.size());
    struct Open {
        std::vector<std::size_t> sources{};
        bool outer = false;
    };
    std::vector<Open> open(1);
    const auto close = [&] {
        for (const std::size_t source : open.back().sources) apart[source] = open.back().outer;
        open.pop_back();
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].op == Op::query_begin) open.emplace_back();
        if (tokens[i].op == Op::query_end) close();
        if (tokens[i].op != Op::from && tokens[i].op != Op::join) continue;
        open.back().sources.push_back(i);
        open.back().outer = open.back().outer || is_outer(tokens[i]);
    }
    close();
    return apart;
}

bool is_letter(char c) { return core::internal::lower(c) >= 'a' && core::internal::lower(c) <= 'z'; }

/// Whether the text of a raw expression has a query of its own.
bool has_query(std::string_view text) {
    bool found = false;
    scan_raw(text, [&](RawPiece piece, std::string_view part) {
        if (piece != RawPiece::plain) return;
        const std::string lower = core::internal::lower(part);
        for (const std::string_view word : {"select", "table"}) {
            for (auto at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1)) {
                const std::size_t end = at + word.size();
                const bool whole =
                    (at == 0 || !is_letter(lower[at - 1])) && (end == lower.size() || !is_letter(lower[end]));
                found = found || whole;
            }
        }
    });
    return found;
}

bool writes_row(Verb verb) {
    return verb == Verb::insert_values || verb == Verb::insert_row || verb == Verb::insert_row_with_keys ||
           verb == Verb::update_row || verb == Verb::insert_columns || verb == Verb::update_columns;
}
bool finds_rows(Verb verb) {
    return verb != Verb::query && verb != Verb::count_rows && verb != Verb::has_rows && verb != Verb::insert_values &&
           verb != Verb::insert_row && verb != Verb::insert_row_with_keys && verb != Verb::insert_columns;
}
/// Whether a query that writes makes new rows.
bool inserts(const Token& writing) {
    const auto kind = static_cast<core::Writing>(writing.number);
    return kind == core::Writing::insert || kind == core::Writing::insert_rows;
}
/// Whether the insert changes rows that are there.
bool updates_on_conflict(const core::Fragment& fragment) {
    return std::ranges::any_of(fragment.tokens(), [](const Token& token) {
        return token.op == Op::conflict_action &&
               static_cast<core::ConflictAction>(token.number) != core::ConflictAction::nothing;
    });
}

/// The fragment with the client defaults of the rows that queries in it insert.
core::Fragment with_client_defaults(const core::Fragment& fragment) {
    const auto& tokens = fragment.tokens();
    core::Fragment out;
    std::size_t copied = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].op != Op::writing || static_cast<core::Writing>(tokens[i].number) != core::Writing::insert)
            continue;
        std::vector<int> assigned;
        int depth = 0;
        for (std::size_t at = i; depth >= 0; ++at) {
            if (tokens[at].op == Op::query_begin) ++depth;
            if (tokens[at].op == Op::query_end) --depth;
            if (tokens[at].op == Op::assign && depth == 0) assigned.push_back(tokens[at].number);
        }
        out.append(fragment, copied, i + 1);
        copied = i + 1;
        add_client_defaults(out, make_plan(*fragment.descriptors()[tokens[i].object - 1U].source->table), assigned);
    }
    out.append(fragment, copied, tokens.size());
    return out;
}

}  // namespace

bool Filters::any_of(const core::TableInfo& table) const {
    const core::SourceInfo source{core::SourceKind::table, &table};
    return std::ranges::any_of(filters_, [&](const Filter& filter) { return is_of(source, filter); });
}

Filters Filters::with(const core::SourceInfo& table, const core::Fragment& condition) const {
    Filters more = *this;
    more.filters_.push_back({&table, condition, fixed_by(condition)});
    return more;
}

void Filters::add_conditions(core::Fragment& out, const core::SourceInfo& source, Op with) const {
    for (const Filter& filter : filters_) {
        if (!is_of(source, filter)) continue;
        out.append_for(filter.condition, *filter.table, source);
        with == Op::source_filter ? out.push(with, source) : out.push(with);
    }
}

void Filters::add_assignments(core::Fragment& out, const core::SourceInfo& source) const {
    struct Given {
        int column;
        core::Value value;
    };
    std::vector<Given> given;
    for (const Filter& filter : filters_) {
        if (!is_of(source, filter)) continue;
        core::Fragment condition;  // with the columns of the request's model
        condition.append_for(filter.condition, *filter.table, source);
        for (const Filter::Fixed& fixed : fixed_by(condition)) {
            const core::ColumnInfo& column = source.table->column(fixed.column);
            const core::Value value = filter.condition.value(fixed.value);
            const auto same = std::ranges::find(given, fixed.column, &Given::column);
            if (same == given.end()) {
                given.push_back({fixed.column, value});
                out.bind(*column.type, value, core::ForColumn{&source, fixed.column, true});
                out.push(Op::assign, source, static_cast<std::size_t>(fixed.column));
            } else if (!is_equal(*column.type, same->value, value)) {
                throw UsageError(std::string("filters give ") + source.table->name + "." + column.name +
                                 " two different values, so no row can be written");
            }
        }
    }
}

bool Filters::gives(const core::SourceInfo& source, int index) const {
    const std::string_view column = source.table->column(index).name;
    return std::ranges::any_of(filters_, [&](const Filter& filter) {
        return is_of(source, filter) && std::ranges::any_of(filter.fixed, [&](const Filter::Fixed& fixed) {
                   return filter.table->table->column(fixed.column).name == column;
               });
    });
}

void Filters::refuse_assignment(const core::SourceInfo& source, int index) const {
    if (!gives(source, index)) return;
    throw UsageError(std::string(source.table->name).append(".").append(source.table->column(index).name) +
                     " is given by a filter, so nothing else can be assigned to it");
}

core::Fragment Filters::apply(const Request& request) const {
    const core::Fragment& fragment = request.fragment;
    const auto& tokens = fragment.tokens();
    core::Fragment out;
    std::size_t copied = 0;
    const std::vector<bool> apart = joined_apart(fragment);
    std::string raw_text;
    const auto copy_until = [&](std::size_t end) {
        out.append(fragment, copied, end);
        copied = end;
    };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.op == Op::text) core::append_text(raw_text, token);
        if (token.op == Op::raw && has_query(std::exchange(raw_text, {}))) {
            throw UsageError(
                "a raw expression with a query of its own is refused on a filtered database, whose filters it would "
                "not "
                "have");
        }
        if (token.op == Op::named_function) raw_text.clear();
        const Clause clause = traits_of(token.op).clause;
        if (clause != Clause::from && clause != Clause::join && clause != Clause::assign && clause != Clause::writing)
            continue;
        const core::SourceInfo& source = *fragment.descriptors()[token.object - 1U].source;
        if (clause == Clause::writing) {
            copy_until(i + 1);
            inserts(token) ? add_assignments(out, source) : add_conditions(out, source, Op::where);
            continue;
        }
        if (clause == Clause::assign) {
            refuse_assignment(source, token.number);
            continue;
        }
        if (!apart.empty() && apart[i]) {
            copy_until(i + 1);
            add_conditions(out, source, Op::source_filter);
            continue;
        }
        const bool cross = clause == Clause::join && static_cast<core::JoinKind>(token.flags) == core::JoinKind::cross;
        const bool before = clause == Clause::join && !cross;  // after the condition, before the join itself
        copy_until(before ? i : i + 1);
        add_conditions(out, source, before ? Op::logical_and : Op::where);
    }
    copy_until(tokens.size());
    if (request.source == nullptr) return out;
    if (writes_row(request.verb)) add_assignments(out, *request.source);
    if (finds_rows(request.verb)) add_conditions(out, *request.source, Op::where);
    if (updates_on_conflict(fragment)) add_conditions(out, *request.source, Op::conflict_where);
    return out;
}

Call::Call(const Request& request, const Filters& filters, const QueryCompiler& compiler)
    : made_(filters.empty() ? std::nullopt : std::optional(filters.apply(request))),
      request_{shared(request), request.verb, request.source, request.limit},
      values_(request_, compiler),
      shape_(request_) {}

/// Where the database, or the tree, compares expressions with each other, equal values are bound once.
const core::Fragment& Call::shared(const Request& request) {
    const core::Fragment& fragment = made_ ? *made_ : request.fragment;
    bool compares = false;
    for (const Token& token : fragment.tokens()) {
        compares = compares || token.op == Op::group_by || token.op == Op::distinct || token.op == Op::distinct_on ||
                   token.op == Op::keyset;
        locks_ = locks_ || token.op == Op::lock;
        writes_ = writes_ || token.op == Op::writing;
    }
    if (writes_) made_ = with_client_defaults(fragment);
    const core::Fragment& complete = made_ ? *made_ : fragment;
    if (complete.value_count() < 2 || !compares) return complete;
    made_ = complete.with_shared_values();
    return *made_;
}

RowCall::RowCall(const RowPlan& plan, Verb verb, const Filters& filters, const QueryCompiler& compiler)
    : plan_(&plan), planned_(&plan.statement(verb)) {
    if (filters.has(plan.table)) own_.emplace(request(), true, filters, compiler);
}

RowCall::RowCall(const RowPlan& plan, const Request& request, const Filters& filters, const QueryCompiler& compiler)
    : plan_(&plan) {
    own_.emplace(request, false, filters, compiler);
}

Request RowCall::request() const {
    return own_ ? own_->call.request() : Request{RowStatement::nothing(), planned_->verb, &plan_->source};
}

RowCall::Own::Own(const Request& request, bool planned, const Filters& filters, const QueryCompiler& compiler)
    : call(request, filters, compiler) {
    for_each_assignment(call.request().fragment, [&](const Token& token) { fixed.push_back(token.number); });
    if (planned && fixed.empty()) return;
    columns = row_columns(call.request());
    for (const int column : fixed)
        if (!core::internal::contains(columns->returned, column)) columns->returned.push_back(column);
}

}  // namespace strata::dal::detail
