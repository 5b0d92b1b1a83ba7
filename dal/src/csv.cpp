#include "detail/cell_faults.hpp"
#include "detail/csv_parser.hpp"
#include "detail/row_rules.hpp"
#include "detail/struct_view.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/dal/csv.hpp>
#include <strata/dal/validate.hpp>

#include <algorithm>

namespace strata::dal::detail {

struct CsvReader::State {
    State(std::istream& in, const StructInfo& its_info, const CsvOptions& its_options)
        : parser(in, its_options.delimiter), info(its_info), view(its_info), options(its_options) {}

    void fault(std::size_t line, std::string path, const char* code, std::string message) {
        found.push_back({std::move(path), code, std::move(message), {}, line});
    }

    /// The position of a column that the header names, or -1. A model's column has its name in the database, or else
    /// in C++.
    [[nodiscard]] int find(std::string_view name) const {
        for (std::size_t i = 0; i < view.count(); ++i) {
            if (name == column_name(info, i)) return static_cast<int>(i);
        }
        for (std::size_t i = 0; i < view.count(); ++i) {
            if (name == view.name(i)) return static_cast<int>(i);
        }
        return -1;
    }

    void begin() {
        begun = true;
        if (options.header) {
            if (!parser.next()) fault(1, {}, "missing", "must begin with a line of column names");
            for (const CsvCell& cell : parser.cells()) {
                const int column = find(cell.text);
                if (cell.fault != nullptr)
                    fault(cell.line, cell.text, "quote", cell.fault);
                else if (column < 0)
                    fault(cell.line, cell.text, "unknown", "is not a known column");
                else if (core::internal::contains(cells, column))
                    fault(cell.line, cell.text, "duplicate", "is given twice");
                cells.push_back(column);
                names.push_back(cell.text);
            }
        } else {
            for (std::size_t i = 0; i < view.count(); ++i) {
                cells.push_back(static_cast<int>(i));
                names.emplace_back(column_name(info, i));
            }
        }
        for (std::size_t i = 0; info.table == nullptr && i < view.count(); ++i) {
            if (!core::internal::contains(cells, static_cast<int>(i)) && !view.may_lack(i))
                fault(1, view.name(i), "missing", "is required");
        }
        written = cells;
        if (info.table == nullptr) return;
        const int version = info.table->facts().version_column;
        if (version >= 0 && !core::internal::contains(written, version)) written.push_back(version);
    }

    /// Whether a line is empty and its table has more columns than one, so that it cannot be a row.
    [[nodiscard]] bool is_blank() const {
        return cells.size() > 1 && parser.cells().size() == 1 && parser.cells()[0].text.empty() &&
               !parser.cells()[0].quoted;
    }

    void read_row(void* object) {
        if (parser.cells().size() != cells.size()) {
            fault(parser.line(), {}, "cells",
                  "has " + std::to_string(parser.cells().size()) + " cells, where " + std::to_string(cells.size()) +
                      " are expected");
            return;
        }
        const std::vector<void*> members = view.members(object);
        const std::size_t before = found.size();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const CsvCell& cell = parser.cells()[i];
            const auto index = static_cast<std::size_t>(cells[i]);
            const core::TypeInfo& type = *view.type(index).type;
            const std::size_t faults = found.size();
            if (cell.fault != nullptr)
                fault(cell.line, names[i], "quote", cell.fault);
            else if (!cell.text.empty() || cell.quoted)
                read_cell(type, cell.text, members[index], names[i], found);
            else if (type.nullable)
                core::read_text(type, {}, members[index]);
            else
                fault(cell.line, names[i], "null", "must have a value");
            for (std::size_t k = faults; k < found.size(); ++k) found[k].line = cell.line;
        }
        check_row(object, before);
    }

    /// Adds what rules refuse in the cells that could be read.
    void check_row(const void* object, std::size_t before) {
        const std::size_t read = found.size();
        const bool rows = read == before;
        Violations broken;
        if (info.table != nullptr)
            check_members(*info.table, object, written, {}, broken, rows);
        else
            check_value({.holder = FieldType::Holder::structure, .structure = &info}, object, {}, broken, rows);
        for (Violation& violation : broken) {
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (violation.path != view.name(static_cast<std::size_t>(cells[i]))) continue;
                violation.path = names[i];
                break;
            }
            const auto said = [&](const Violation& other) { return other.path == violation.path; };
            if (std::any_of(found.begin() + static_cast<std::ptrdiff_t>(before),
                            found.begin() + static_cast<std::ptrdiff_t>(read), said))
                continue;
            violation.line = parser.line();
            found.push_back(std::move(violation));
        }
    }

    CsvParser parser;
    const StructInfo& info;
    StructView view;
    CsvOptions options;
    std::vector<int> cells;          ///< the column of each cell
    std::vector<std::string> names;  ///< what the text calls them
    std::vector<int> written;        ///< the columns of a row that have a value
    Violations found;
    bool begun = false;
};

CsvReader::CsvReader(std::istream& in, const StructInfo& info, const CsvOptions& options)
    : state_(new State(in, info, options)) {
    try {
        check_delimiter(options);
    } catch (...) {
        delete state_;
        throw;
    }
}
CsvReader::~CsvReader() { delete state_; }

const std::vector<int>& CsvReader::columns() const { return state_->written; }

bool CsvReader::next(void* object) {
    State& state = *state_;
    if (!state.begun) state.begin();
    if (!state.found.empty() && state.cells.empty()) throw ValidationError(std::move(state.found));
    if (core::internal::contains(state.cells, -1)) throw ValidationError(std::move(state.found));
    while (state.found.size() < state.options.max_faults && state.parser.next()) {
        if (state.is_blank()) continue;
        const std::size_t before = state.found.size();
        state.read_row(object);
        if (state.found.size() == before) return true;
    }
    if (!state.found.empty()) throw ValidationError(std::move(state.found));
    return false;
}

}  // namespace strata::dal::detail
