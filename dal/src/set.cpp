#include <strata/core/error.hpp>
#include <strata/dal/set.hpp>

namespace strata::dal::detail {

void append_limit(Fragment& fragment, Op op, std::int64_t rows) {
    if (rows < 0)
        throw UsageError(op == Op::limit ? "limit() takes no negative number" : "offset() takes no negative number");
    fragment.bind(rows);
    fragment.push(op);
}

void check_substring(std::int64_t from, std::int64_t length) {
    constexpr std::int64_t most = 1'000'000'000;
    if (from < 1 || length < 0 || from > most || length > most) {
        throw UsageError("substring() starts at 1 or later and takes 0 characters or more");
    }
}

std::int64_t SetBase::count() const { return backend_->count({fragment_, count_}); }

bool SetBase::exists() const { return backend_->exists({fragment_, exists_}); }

void SetBase::add_limit(Op op, std::int64_t rows) {
    append_limit(fragment_, op, rows);
    limited_ = true;
}

void SetBase::refuse_limit(const char* verb) const {
    if (limited_) {
        throw UsageError(std::string(verb) +
                         "() takes a set without limit and offset: narrow it by a condition on the key");
    }
}

}  // namespace strata::dal::detail
