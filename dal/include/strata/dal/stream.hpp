#pragma once

#include <strata/core/detail/shared.hpp>
#include <strata/dal/detail/rows.hpp>

#include <cstddef>
#include <optional>

namespace strata::dal {

namespace detail {

/// A statement whose rows are read one at a time.
class RowStream : public core::detail::SharedCount {
public:
    virtual ~RowStream() = default;
    /// Reads the next row into what the target makes; false at the end.
    virtual bool next(Target target) = 0;
};
using RowStreamPtr = core::detail::Shared<RowStream>;

}  // namespace detail

/// The rows of a query, read one at a time in constant memory: a C++20 input range.
///
///     for (const Song& song : db(songs.active == true).stream()) ...
///
/// A stream of a Database keeps a connection of the pool until its last row or its end, so that a verb of the Database
/// inside the loop needs a second one. A stream of a Transaction reads on the transaction's connection, whose other
/// verbs may run meanwhile; it ends with the transaction, after which reading from it throws UsageError. Rows that are
/// written while it reads are not seen on PostgreSQL, and may be seen on SQLite. Reading throws the errors that occur
/// in the middle of a result; there are no rows after one. Movable; used by one thread at a time.
template <class R>
class Stream {
public:
    struct End {};

    class Iterator {
    public:
        using value_type = R;
        using difference_type = std::ptrdiff_t;

        explicit Iterator(Stream& stream) noexcept : stream_(&stream) {}
        [[nodiscard]] R& operator*() const { return *stream_->row_; }
        [[nodiscard]] R* operator->() const { return &*stream_->row_; }
        Iterator& operator++() {
            stream_->advance();
            return *this;
        }
        void operator++(int) { stream_->advance(); }
        [[nodiscard]] bool operator==(End /*end*/) const noexcept { return !stream_->row_; }

    private:
        Stream* stream_;
    };

    explicit Stream(detail::RowStreamPtr rows) noexcept : rows_(std::move(rows)) {}
    Stream(Stream&&) noexcept = default;
    Stream& operator=(Stream&&) noexcept = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() = default;

    /// Reads the next row, which is the first where none has been read. Called again it goes on, not back.
    [[nodiscard]] Iterator begin() {
        advance();
        return Iterator(*this);
    }
    [[nodiscard]] End end() const noexcept { return {}; }

    /// The next row, for loops that are not over a range; std::nullopt at the end.
    [[nodiscard]] std::optional<R> next() {
        advance();
        return std::exchange(row_, std::nullopt);
    }

private:
    void advance() {
        row_.reset();
        if (!rows_->next(detail::EmplaceIn{row_})) row_.reset();
    }

    detail::RowStreamPtr rows_;
    std::optional<R> row_;
};

}  // namespace strata::dal
