#include <strata/core/error.hpp>
#include <strata/schema/internal/row_order.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace strata::schema::internal {
namespace {

/// The positions of the names in the list; empty where one of them is missing.
std::vector<std::size_t> positions_of(const std::vector<std::string>& names, const std::vector<std::string>& list) {
    std::vector<std::size_t> positions;
    for (const auto& name : names) {
        const auto at = std::find(list.begin(), list.end(), name);
        if (at == list.end()) return {};
        positions.push_back(static_cast<std::size_t>(at - list.begin()));
    }
    return positions;
}

std::string text_of(const Literal& value) {
    return std::to_string(static_cast<int>(value.kind)) + ":" + std::to_string(value.number) + ":" +
           std::to_string(value.floating) + ":" + std::to_string(value.chars.size()) + ":" + value.chars;
}

}  // namespace

RowOrder::RowOrder(const Table& table, const SeedRows& list) : table_(table.name.text()) {
    for (const auto& key : table.foreign_keys) {
        if (key.referred_table != table.name) continue;
        const auto& primary = table.primary_key ? table.primary_key->columns : std::vector<std::string>();
        Key known{positions_of(key.columns, list.columns),
                  positions_of(key.referred_columns.empty() ? primary : key.referred_columns, list.columns),
                  key.deferrable == Deferrable::initially_deferred};
        if (!known.columns.empty() && !known.referred.empty()) keys_.push_back(std::move(known));
    }
}

std::string RowOrder::name(std::size_t key, const Row& row, const std::vector<std::size_t>& positions) {
    std::string name = std::to_string(key);
    for (const std::size_t at : positions) {
        if (at >= row.size() || row[at].kind == core::Value::Kind::null) return {};
        name += "," + text_of(row[at]);
    }
    return name;
}

RowOrder::Names RowOrder::names_by(Positions Key::* side, const std::vector<Row>& rows) const {
    Names names;
    for (const auto& row : rows)
        for (std::size_t k = 0; k < keys_.size(); ++k) names.insert(name(k, row, keys_[k].*side));
    names.erase(std::string());
    return names;
}

RowOrder::Names RowOrder::names_of(const std::vector<Row>& rows) const { return names_by(&Key::referred, rows); }

RowOrder::Names RowOrder::referred_by(const std::vector<Row>& rows) const { return names_by(&Key::columns, rows); }

std::vector<RowOrder::Row> RowOrder::children_first(std::vector<Row> rows) const {
    if (keys_.empty()) return rows;
    auto ordered = parents_first(std::move(rows));
    std::reverse(ordered.begin(), ordered.end());
    return ordered;
}

std::vector<RowOrder::Row> RowOrder::parents_first(std::vector<Row> rows) const {
    if (keys_.empty() || rows.size() < 2) return rows;
    std::unordered_map<std::string, std::size_t> by_name;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t k = 0; k < keys_.size(); ++k) by_name.emplace(name(k, rows[i], keys_[k].referred), i);
    by_name.erase(std::string());
    // With a stack of its own: a list may be as long as a chain of thousands of rows.
    enum class State : unsigned char { fresh, open, placed };
    struct Visit {
        std::size_t row;
        std::size_t next_key = 0;
    };
    std::vector<State> states(rows.size(), State::fresh);
    std::vector<std::size_t> order;
    for (std::size_t first = 0; first < rows.size(); ++first) {
        std::vector<Visit> path;
        if (states[first] == State::fresh) path.push_back({first});
        while (!path.empty()) {
            Visit& visit = path.back();
            states[visit.row] = State::open;
            if (visit.next_key == keys_.size()) {
                states[visit.row] = State::placed;
                order.push_back(visit.row);
                path.pop_back();
                continue;
            }
            const std::size_t k = visit.next_key++;
            const auto parent = by_name.find(name(k, rows[visit.row], keys_[k].columns));
            if (parent == by_name.end() || parent->second == visit.row || keys_[k].at_commit) continue;
            if (states[parent->second] == State::open)
                throw UsageError("the rows of table " + table_ +
                                 " refer to each other in a circle, so that none of them can be the first; let the "
                                 "key be checked at the end of the transaction (deferrable, initially deferred)");
            if (states[parent->second] == State::fresh) path.push_back({parent->second});
        }
    }
    std::vector<Row> ordered;
    ordered.reserve(rows.size());
    for (const std::size_t at : order) ordered.push_back(std::move(rows[at]));
    return ordered;
}

}  // namespace strata::schema::internal
