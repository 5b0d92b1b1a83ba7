#include <strata/core/error.hpp>
#include <strata/dal/json_rows.hpp>
#include <strata/dal/set.hpp>

#include <algorithm>
#include <initializer_list>

namespace strata::dal::detail {

Fragment limited(Fragment fragment, Op op, std::int64_t rows) {
    if (rows < 0)
        throw UsageError(op == Op::limit ? "limit() takes no negative number" : "offset() takes no negative number");
    fragment.bind(rows);
    fragment.push(op);
    return fragment;
}

Fragment combined_queries(const Fragment& left, const Fragment& right, core::SetKind kind, bool all) {
    Fragment both;
    for (const Fragment* const query : {&left, &right}) {
        both.push(Op::query_begin);
        both.append(*query);
        both.push(Op::query_end);
    }
    both.push(Op::set_operation, static_cast<std::size_t>(kind), all ? 1 : 0);
    return both;
}

void append_part(Fragment& fragment, const core::SourceInfo& source, int first, int count) {
    for (int i = first; i < first + count; ++i) {
        fragment.push(Op::column, source, static_cast<std::size_t>(i));
        fragment.push(Op::select_item);
    }
}

Fragment series_of(Fragment&& bounds, std::int64_t step, core::RowsFunction function) {
    if (step == 0) throw UsageError("a series takes no step of 0");
    bounds.bind(step);
    bounds.push(Op::function_rows, 3, static_cast<unsigned>(function));
    return std::move(bounds);
}

Fragment elements_of(Fragment&& array) {
    array.push(Op::function_rows, 1, static_cast<unsigned>(core::RowsFunction::elements));
    return std::move(array);
}

Fragment json_rows_of(Fragment&& document, core::RowsFunction function) {
    document.push(Op::function_rows, 1, static_cast<unsigned>(function));
    return std::move(document);
}

void fail_no_values() { throw UsageError("values() takes at least one row"); }

void check_substring(std::int64_t from, std::int64_t length) {
    constexpr std::int64_t largest = 1'000'000'000;
    if (from < 1 || length < 0 || from > largest || length > largest) {
        throw UsageError("substring() starts at 1 or later and takes 0 characters or more");
    }
}

SetBase::SetBase(BackendPtr backend, Fragment&& fragment, const core::SourceInfo& source) noexcept
    : backend_(std::move(backend)), fragment_(std::move(fragment)), source_(&source) {}

Request SetBase::rows(std::uint32_t limit) const { return {fragment_, Verb::rows_of, source_, limit}; }

std::int64_t SetBase::count() const { return backend_->count({fragment_, Verb::count_of, source_}); }

Result<std::int64_t> SetBase::try_count() const {
    return core::detail::attempted([&] { return count(); });
}
Result<bool> SetBase::try_exists() const {
    return core::detail::attempted([&] { return exists(); });
}

bool SetBase::exists() const { return backend_->exists({fragment_, Verb::exists_in, source_}); }

void SetBase::add_limit(Op op, std::int64_t rows) {
    fragment_ = limited(std::move(fragment_), op, rows);
    limited_ = true;
}

void check_change(const Fragment& fragment, bool limited, bool everything, Verb changing) {
    const char* const verb = changing == Verb::update ? "update" : "remove";
    if (limited) {
        throw UsageError(std::string(verb) +
                         "() takes a set without limit and offset: narrow it by a condition on the key");
    }
    const auto& tokens = fragment.tokens();
    const auto is = [](std::initializer_list<Op> ops) {
        return [ops](const auto& token) { return std::find(ops.begin(), ops.end(), token.op) != ops.end(); };
    };
    const bool asked = std::any_of(tokens.begin(), tokens.end(), is({Op::where}));
    if (asked && std::all_of(tokens.begin(), tokens.end(), is({Op::from, Op::where, Op::truth, Op::logical_and})))
        throw UsageError(std::string(verb) +
                         "() was given a condition without a value, which would change every row: give it one, or "
                         "say db(dal::all(songs)) if every row is meant");
    if (!asked && !everything)
        throw UsageError(std::string(verb) +
                         "() would change every row of the table: say db(dal::all(songs)) if that "
                         "is meant");
}

Fragment SetBase::changing(Fragment&& assignments, Verb verb) const {
    check_change(fragment_, limited_, everything_, verb);
    assignments.append(fragment_);
    return std::move(assignments);
}

std::int64_t SetBase::change(Fragment&& assignments, Verb verb) const {
    const Fragment whole = changing(std::move(assignments), verb);
    return backend_->change({whole, verb, source_});
}

void SetBase::fetch_changed(Fragment&& assignments, Verb verb, const Fragment& items, const RowLayout& layout,
                            Target target) const {
    check_change(fragment_, limited_, everything_, verb);
    assignments.append(fragment_);
    assignments.append(items);
    backend_->fetch({assignments, verb, source_}, layout, target);
}

}  // namespace strata::dal::detail
