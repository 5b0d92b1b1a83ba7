#pragma once

#include <strata/core/value.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace strata::core::postgresql {

/// The most parameters of one statement: the protocol counts them in 16 bits.
inline constexpr std::size_t most_parameters = 65'535;

/// Values in the form PQexecPrepared takes. Kept by a statement so that its buffers are made once.
class Parameters {
public:
    /// Borrows bytes. Throws UsageError for more values than a statement takes, ValueError for one that is too large.
    void set(std::span<const Value> values);
    /// Adds copies of the values.
    void append(std::span<const Value> values);
    void clear() noexcept;
    /// To be called after append(), before the parameters are used. Throws ValueError where they are too large in all.
    void finish();
    /// The bytes of the values so far.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    [[nodiscard]] int count() const noexcept { return static_cast<int>(pointers_.size()); }
    [[nodiscard]] const char* const* values() const noexcept { return pointers_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

private:
    void add(const Value& value, bool copy);

    std::string buffer_;  // all texts, each ended by NUL
    std::vector<const char*> pointers_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::size_t size_ = 0;
    std::vector<std::ptrdiff_t> offsets_;  // into the buffer; -1: the pointer is set already
};

/// Appends one field of COPY's text format.
/// https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2
void append_copy_field(std::string& line, const Value& value);

/// Names as the text of a PostgreSQL array: `{"a","b"}`.
[[nodiscard]] std::string array_of_names(std::span<const std::string_view> names);

}  // namespace strata::core::postgresql
