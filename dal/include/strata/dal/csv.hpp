#pragma once

#include <strata/core/detail/shared.hpp>
#include <strata/core/violation.hpp>
#include <strata/dal/detail/fields.hpp>

#include <iosfwd>
#include <iterator>
#include <string>
#include <vector>

/// Models and described structs as CSV (RFC 4180), and from it, a row at a time. The cells are those of PostgreSQL's
/// COPY: nothing is NULL, "" an empty text.
namespace strata::dal {

struct CsvOptions {
    char delimiter = ',';
    /// The first line names the columns. Without it they are the model's, or the struct's, in their order.
    bool header = true;
    /// Reading ends with an error after so many faults; until then all of them are found.
    std::size_t max_faults = 100;
};

namespace detail {

class CsvReader : public core::detail::SharedCount {
public:
    CsvReader(std::istream& in, const StructInfo& info, const CsvOptions& options);
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;
    ~CsvReader();

    /// Reads the next row that is right into an object; false at the end. Throws ValidationError at the end, or after
    /// too many faults, where there were any.
    bool next(void* object);
    /// The columns that the input has values for, by position.
    [[nodiscard]] const std::vector<int>& columns() const;

private:
    struct State;
    State* state_;
};

class CsvWriter {
public:
    CsvWriter(std::ostream& out, const StructInfo& info, const CsvOptions& options);
    void add(const void* object);
    /// Throws Error when the stream has failed.
    void finish();

private:
    std::ostream& out_;
    const StructInfo& info_;
    CsvOptions options_;
    std::string line_;
};

template <class S, class List>
inline constexpr bool flat_members = false;
template <class S, template <class...> class List, class... D>
inline constexpr bool flat_members<S, List<D...>> =
    (cell<typename StructMembers<S, List<D...>>::template Type<D>> && ...);
template <class S>
consteval bool is_flat() {
    if constexpr (model<S>) {
        return true;
    } else if constexpr (described<S>) {
        return flat_members<
            S, boost::describe::describe_members<S, boost::describe::mod_public | boost::describe::mod_inherited>>;
    } else {
        return false;
    }
}
/// A struct each of whose members is one cell.
template <class S>
concept flat = is_flat<S>();

}  // namespace detail

/// The rows of a CSV text as an input range that is read once, in the memory of one row:
///     db.insert_many(dal::read_csv<User>(file));
/// Lines that are wrong are passed over; at the end, or after `max_faults`, ValidationError has all that is wrong by
/// line and column. So an insert_many of them inserts all or none. The stream must outlive the range.
template <class S>
class CsvRows {
public:
    CsvRows(std::istream& in, const CsvOptions& options)
        : reader_(new detail::CsvReader(in, detail::StructOf<S>::info, options)) {}

    class Iterator {
    public:
        using value_type = S;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        explicit Iterator(const core::detail::Shared<detail::CsvReader>& reader) : reader_(reader) { ++*this; }
        [[nodiscard]] S operator*() const { return row_; }
        Iterator& operator++() {
            row_ = S{};
            more_ = reader_->next(&row_);
            return *this;
        }
        void operator++(int) { ++*this; }
        friend bool operator==(const Iterator& at, std::default_sentinel_t) { return !at.more_; }

    private:
        core::detail::Shared<detail::CsvReader> reader_;
        S row_{};
        bool more_ = false;
    };
    [[nodiscard]] Iterator begin() const { return Iterator(reader_); }
    [[nodiscard]] std::default_sentinel_t end() const { return {}; }

    /// For insert_many: the columns that the text has values for.
    [[nodiscard]] const std::vector<int>& strata_columns() const { return reader_->columns(); }

private:
    core::detail::Shared<detail::CsvReader> reader_;
};

template <class S>
[[nodiscard]] auto read_csv(std::istream& in, const CsvOptions& options = {}) {
    static_assert(detail::flat<S>,
                  "strata: read_csv() takes a model, or a described struct whose members are values of columns");
    if constexpr (detail::flat<S>) return CsvRows<S>(in, options);
}

/// Writes the rows of a range, in the memory of one. Throws Error when the stream fails.
template <class Range>
void write_csv(std::ostream& out, Range&& rows, const CsvOptions& options = {}) {
    using Row = std::remove_cvref_t<decltype(*std::begin(rows))>;
    static_assert(detail::flat<Row>,
                  "strata: write_csv() takes models, or described structs whose members are values of columns");
    if constexpr (detail::flat<Row>) {
        detail::CsvWriter writer(out, detail::StructOf<Row>::info, options);
        for (auto&& row : rows) writer.add(&static_cast<const Row&>(row));
        writer.finish();
    }
}

}  // namespace strata::dal
