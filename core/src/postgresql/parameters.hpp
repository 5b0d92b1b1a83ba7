#pragma once

#include <strata/core/value.hpp>

#include <span>
#include <string>
#include <vector>

namespace strata::core::postgresql {

/// Values in the form PQexecPrepared takes. Kept by a statement so that its buffers are made once.
class Parameters {
public:
    void set(std::span<const Value> values);
    [[nodiscard]] int count() const noexcept { return static_cast<int>(pointers_.size()); }
    [[nodiscard]] const char* const* values() const noexcept { return pointers_.data(); }
    [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
    [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

private:
    std::string buffer_;  // all texts, each ended by NUL
    std::vector<const char*> pointers_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<std::ptrdiff_t> offsets_;  // into the buffer; -1: the pointer is set already
};

/// Appends one field of COPY's text format.
/// https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2
void append_copy_field(std::string& line, const Value& value);

}  // namespace strata::core::postgresql
