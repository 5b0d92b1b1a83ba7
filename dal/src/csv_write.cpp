#include "detail/csv_parser.hpp"
#include "detail/struct_view.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/value_text.hpp>
#include <strata/dal/csv.hpp>

#include <ostream>

namespace strata::dal::detail {

namespace {

using core::Value;

/// Appends a cell with quotes where PostgreSQL's COPY writes them.
void append_cell(std::string& line, std::string_view text, char delimiter, bool only_cell) {
    const bool quoted = text.empty() || text.find_first_of("\"\r\n") != std::string_view::npos ||
                        text.find(delimiter) != std::string_view::npos || (only_cell && text == "\\.");
    if (!quoted) {
        line += text;
        return;
    }
    line += '"';
    for (const char c : text) {
        if (c == '"') line += c;
        line += c;
    }
    line += '"';
}

std::string cell_text(const Value& value) {
    if (value.kind() == Value::Kind::boolean) return value.number() != 0 ? "t" : "f";
    if (value.kind() == Value::Kind::array) return core::detail::json_array_to_braces(value.chars());
    std::string text;
    core::detail::append_canonical(text, value);
    return text;
}

}  // namespace

void check_delimiter(const CsvOptions& options) {
    if (options.delimiter == '"' || options.delimiter == '\n' || options.delimiter == '\r' || options.delimiter == '\0')
        throw UsageError("a quote, a line's end and NUL cannot part the cells of CSV");
}

const char* column_name(const StructInfo& info, std::size_t index) {
    return info.table != nullptr ? info.table->columns[index].name : info.names[index];
}

CsvWriter::CsvWriter(std::ostream& out, const StructInfo& info, const CsvOptions& options)
    : out_(out), info_(info), options_(options) {
    check_delimiter(options);
    if (!options.header) return;
    const StructView view(info);
    for (std::size_t i = 0; i < view.count(); ++i) {
        if (i > 0) line_ += options.delimiter;
        append_cell(line_, column_name(info, i), options.delimiter, view.count() == 1);
    }
    line_ += '\n';
    out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
}

void CsvWriter::add(const void* object) {
    const StructView view(info_);
    const std::vector<const void*> members = view.members(object);
    line_.clear();
    core::Scratch scratch;
    for (std::size_t i = 0; i < view.count(); ++i) {
        if (i > 0) line_ += options_.delimiter;
        const Value value = view.value(i, members[i], scratch);
        if (!value.is_null()) append_cell(line_, cell_text(value), options_.delimiter, view.count() == 1);
    }
    line_ += '\n';
    out_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
    if (!out_) throw Error("the stream that CSV is written to has failed");
}

void CsvWriter::finish() {
    out_.flush();
    if (!out_) throw Error("the stream that CSV is written to has failed");
}

}  // namespace strata::dal::detail
