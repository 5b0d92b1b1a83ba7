#include "detail/csv_parser.hpp"

#include <strata/core/error.hpp>

namespace strata::dal::detail {

int CsvParser::peek() {
    if (at_ == buffer_.size()) {
        constexpr std::size_t chunk = 65536;
        buffer_.resize(chunk);
        in_.read(buffer_.data(), chunk);
        buffer_.resize(static_cast<std::size_t>(in_.gcount()));
        at_ = 0;
        if (in_.bad()) throw Error("the stream that CSV is read from has failed");
        if (buffer_.empty()) return end;
    }
    return static_cast<unsigned char>(buffer_[at_]);
}

/// A line's end counts once, whether it is LF, CR LF or CR.
int CsvParser::take() {
    const int c = peek();
    if (c == end) return end;
    ++at_;
    if (c == '\n' || (c == '\r' && peek() != '\n')) ++line_;
    return c;
}

void CsvParser::read_quoted(CsvCell& cell) {
    take();
    cell.quoted = true;
    for (;;) {
        const int c = take();
        if (c == end) {
            cell.fault = "has a quote that is not closed";
            return;
        }
        if (c != '"') {
            cell.text += static_cast<char>(c);
        } else if (peek() == '"') {
            cell.text += static_cast<char>(take());
        } else {
            return;
        }
    }
}

bool CsvParser::next() {
    if (!begun_) {
        begun_ = true;
        peek();
        if (buffer_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    }
    cells_.clear();
    record_line_ = line_;
    if (peek() == end) return false;
    for (;;) {
        CsvCell& cell = cells_.emplace_back();
        cell.line = line_;
        if (peek() == '"') read_quoted(cell);
        for (;;) {
            const int c = peek();
            if (c == end) return true;
            if (c == '\n' || c == '\r') {
                take();
                if (c == '\r' && peek() == '\n') take();
                return true;
            }
            take();
            if (c == static_cast<unsigned char>(delimiter_)) break;
            if (cell.quoted || c == '"')
                cell.fault =
                    cell.quoted ? "goes on after its closing quote" : "has a quote, but does not begin with one";
            cell.text += static_cast<char>(c);
        }
    }
}

}  // namespace strata::dal::detail
