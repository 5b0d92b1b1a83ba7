#pragma once

#include "../detail/driver.hpp"
#include "error.hpp"
#include "parameters.hpp"

namespace strata::core::postgresql {

class Driver;

class Statement final : public detail::PreparedStatement, private Row {
public:
    Statement(Driver& driver, std::string_view sql);
    ~Statement() override;

    void run(std::span<const Value> values) override;
    bool step() override;
    [[nodiscard]] const Row& row() const override { return *this; }
    [[nodiscard]] std::int64_t affected() const override { return affected_; }
    void finish() noexcept override { result_.reset(); }

private:
    [[nodiscard]] std::string_view cell(int column, const char* wanted) const;
    template <class Parse>
    auto parsed(int column, const char* wanted, const Parse& parse) const;
    [[noreturn]] void wrong_type(int column, const char* wanted) const;

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

    Driver& driver_;
    std::string name_;
    std::string sql_;
    int parameter_count_ = 0;
    Parameters parameters_;
    ResultPtr result_;
    int row_ = -1;
    int rows_ = 0;
    std::int64_t affected_ = 0;
    mutable std::vector<std::string> bytes_;  // decoded cells of the row, by column
};

}  // namespace strata::core::postgresql
