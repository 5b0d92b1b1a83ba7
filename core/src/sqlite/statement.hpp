#pragma once

#include "driver.hpp"
#include "value/read_model.hpp"

#include <optional>
#include <vector>

struct sqlite3_stmt;
struct sqlite3_value;

namespace strata::core::sqlite {

class Statement final : public detail::PreparedStatement, private Row {
public:
    Statement(Driver& driver, std::string_view sql, detail::Reuse reuse);
    ~Statement() override;

    void run(std::span<const Value> values, Fetch fetch) override;
    bool step() override;
    [[nodiscard]] const Row& row() const override { return *this; }
    [[nodiscard]] std::int64_t affected() const override { return affected_; }
    void finish() noexcept override;
    Executed execute(std::span<const Value> values) override;
    Executed execute_row(const detail::MemberValues& values) override;
    bool first(std::span<const Value> values, detail::FunctionRef<void(const Row&)> row) override;
    /// Runs the statement with the values of each row that `next` fills in; returns how many there were.
    std::int64_t execute_many(detail::NextRow next);
    std::int64_t execute_rows(std::span<const detail::MemberField> fields, detail::FunctionRef<const void*()> next_row);
    [[nodiscard]] std::string_view sql() const noexcept override;

private:
    class MemberBinder;

    void bind(std::span<const Value> values);
    void bind_row(const detail::MemberValues& values);
    void check_count(std::size_t given) const;
    void settle_binding(int failed);
    /// Runs it with what is bound; it is reset on return, also by an exception.
    void run_bound();
    [[nodiscard]] Executed executed() const;
    template <class BindNext>
    std::int64_t run_many(const BindNext& bind_next);
    int bind_text(int position, std::string_view text);
    [[noreturn]] void fail();
    [[noreturn]] void wrong_type(int column, const char* wanted) const;
    class Cell;
    [[nodiscard]] Cell direct_cell(int column) const;
    /// The digits after the point that a column declares; a negative number: none.
    [[nodiscard]] int scale_of(int column) const;

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
    friend class detail::ModelReader<Statement>;

    Driver& driver_;
    std::optional<Driver::Run> run_;  // of a cursor
    ::sqlite3_stmt* statement_ = nullptr;
    int parameters_ = 0;
    bool counts_rows_ = false;  // sqlite3_changes() counts this statement's rows
    bool writes_ = false;
    bool started_ = false;  // until it is reset
    bool done_ = true;
    std::int64_t affected_ = 0;
    mutable std::vector<int> scales_;  // of the columns that were asked for, in this run
    Scratch made_texts_;               // for this run: dates, UUIDs
};

}  // namespace strata::core::sqlite
