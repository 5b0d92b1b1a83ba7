#pragma once

#include <strata/dal/csv.hpp>

#include <istream>
#include <string>
#include <vector>

namespace strata::dal::detail {

/// Throws UsageError for a delimiter that cannot be one.
void check_delimiter(const CsvOptions& options);
/// What the header calls a struct's member.
[[nodiscard]] const char* column_name(const StructInfo& info, std::size_t index);

struct CsvCell {
    std::string text{};
    bool quoted = false;
    std::size_t line = 0;  ///< on which it begins, from 1
    const char* fault = nullptr;
};

/// Cuts a text into records of cells. https://datatracker.ietf.org/doc/html/rfc4180#section-2
class CsvParser {
public:
    CsvParser(std::istream& in, char delimiter) : in_(in), delimiter_(delimiter) {}

    /// Reads the next record into cells(); false at the end.
    bool next();
    [[nodiscard]] const std::vector<CsvCell>& cells() const { return cells_; }
    [[nodiscard]] std::size_t line() const { return record_line_; }

private:
    static constexpr int end = -1;
    int peek();
    int take();
    void read_quoted(CsvCell& cell);

    std::istream& in_;
    char delimiter_;
    std::vector<CsvCell> cells_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t record_line_ = 0;
    bool begun_ = false;
};

}  // namespace strata::dal::detail
