#include "row_meter.hpp"

#include <strata/core/dialect.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace strata::migrate {
namespace {

constexpr std::int64_t rows_between_looks = 64;  // at the clock

std::string rounded(double number) { return std::to_string(std::llround(number)); }

}  // namespace

double RowProgress::rows_per_second() const {
    return spent.count() > 0 ? static_cast<double>(rows) / spent.count() : 0;
}

std::optional<std::chrono::seconds> RowProgress::left() const {
    const double pace = rows_per_second();
    if (!total || pace <= 0) return std::nullopt;
    const auto missing = static_cast<double>(std::max<std::int64_t>(*total - rows, 0));
    return std::chrono::seconds(std::llround(std::ceil(missing / pace)));
}

std::string RowProgress::text() const {
    auto text = table + ": " + std::to_string(rows);
    if (total) text += " of " + std::to_string(*total);
    text += " rows, " + rounded(rows_per_second()) + " rows/s";
    if (const auto seconds = left()) text += ", " + std::to_string(seconds->count()) + " s left";
    return text;
}

RowMeter::RowMeter(core::Connection& connection, const RowReport& report, std::chrono::milliseconds every)
    : connection_(connection), report_(report), every_(every) {
    if (report_) watch_.emplace(connection, [this](std::string_view table) { watched(table); });
}

void RowMeter::before(const Statement& statement) {
    const auto& [copy, table] = statement.copy;
    if (!is_on() || copy.empty()) return;
    if (statement.kind == StatementKind::ddl) {  // a table for the copy, or its end
        copied_from_.erase(copy);
        counted_.clear();
    } else if (statement.kind == StatementKind::data && copied_from_.emplace(copy, table).second) {
        const auto rows = connection_.scalar("SELECT count(*) FROM " + connection_.dialect().quoted(table));
        std::int64_t total = 0;
        if (rows) std::from_chars(rows->data(), rows->data() + rows->size(), total);
        // 0: the table is written anew from its copy, which has as many.
        if (total != 0) totals_[table] = total;
    }
}

void RowMeter::begin(const schema::QualifiedName& table, std::int64_t total) {
    start(table.name, total);
    counted_.clear();
    by_hand_ = true;
}

void RowMeter::row() {
    if (is_on()) count();
}

void RowMeter::watched(std::string_view table) {
    if (by_hand_) return;
    if (table != counted_) {
        const auto copied = copied_from_.find(table);
        const std::string_view shown = copied == copied_from_.end() ? table : std::string_view(copied->second);
        const auto total = totals_.find(shown);
        start(shown, total == totals_.end() ? std::nullopt : std::optional(total->second));
        counted_ = table;
    }
    count();
}

void RowMeter::start(std::string_view table, std::optional<std::int64_t> total) {
    progress_ = {.table = std::string(table), .total = total};
    started_ = reported_ = Clock::now();
}

void RowMeter::count() {
    if (++progress_.rows % rows_between_looks != 0) return;
    const auto now = Clock::now();
    if (now - reported_ < every_) return;
    reported_ = now;
    progress_.spent = now - started_;
    report_(progress_);
}

}  // namespace strata::migrate
