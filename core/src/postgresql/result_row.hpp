#pragma once

#include "error.hpp"

#include <strata/core/value.hpp>

#include <string>
#include <vector>

namespace strata::core::detail {
template <class R>
class ModelReader;
}  // namespace strata::core::detail

namespace strata::core::postgresql {

/// A row of a result of libpq, whose cells are texts.
class ResultRow : public Row {
public:
    [[nodiscard]] int columns() const override;
    [[nodiscard]] std::string_view column_name(int column) const override;
    [[nodiscard]] bool is_null(int column) const override;
    [[nodiscard]] bool boolean(int column) const override;
    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] double real(int column) const override;
    [[nodiscard]] std::string_view text(int column) const override;
    [[nodiscard]] std::string_view bytes(int column) const override;
    [[nodiscard]] Decimal numeric(int column) const override;
    [[nodiscard]] Date date(int column) const override;
    [[nodiscard]] Time time(int column) const override;
    [[nodiscard]] Timestamp timestamp(int column) const override;
    [[nodiscard]] TimestampTz timestamptz(int column) const override;
    [[nodiscard]] Uuid uuid(int column) const override;
    [[nodiscard]] std::string array(int column) const override;
    void read_model(int first, const TableInfo& table, void* model) const override;

protected:
    void show(ResultPtr result) noexcept;
    [[nodiscard]] bool next_row() noexcept { return ++row_ < rows_; }
    [[nodiscard]] std::size_t rows() const noexcept { return static_cast<std::size_t>(rows_); }
    [[nodiscard]] const PGresult* result() const noexcept { return result_.get(); }
    /// Rows that INSERT, UPDATE, DELETE or MERGE changed; 0 for a result of another command, which counts what it
    /// reads.
    [[nodiscard]] std::int64_t rows_changed() const;

private:
    friend class detail::ModelReader<ResultRow>;
    /// A cell, which libpq finds at the same price each time.
    struct DirectCell {
        const ResultRow& row;
        int column;
        [[nodiscard]] bool is_null() const { return row.ResultRow::is_null(column); }
        [[nodiscard]] bool boolean() const { return row.ResultRow::boolean(column); }
        [[nodiscard]] std::int64_t integer() const { return row.ResultRow::integer(column); }
        [[nodiscard]] double real() const { return row.ResultRow::real(column); }
        [[nodiscard]] std::string_view text() const { return row.ResultRow::text(column); }
    };
    [[nodiscard]] DirectCell direct_cell(int column) const { return {*this, column}; }
    [[nodiscard]] std::string_view cell(int column, const char* wanted) const;
    template <class Parse>
    auto parsed(int column, const char* wanted, const Parse& parse) const;
    [[noreturn]] void wrong_type(int column, const char* wanted) const;

    ResultPtr result_;
    int row_ = -1;
    int rows_ = 0;
    mutable std::vector<std::string> bytes_;  // decoded cells of the row, by column
};

}  // namespace strata::core::postgresql
