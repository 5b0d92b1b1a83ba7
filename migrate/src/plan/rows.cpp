#include "rows.hpp"

#include "operations/identifiers.hpp"

#include <algorithm>

namespace strata::migrate::row_check {
namespace {

/// For columns that are read and those that are changed.
template <class Columns>
auto* find_in(Columns& columns, std::string_view name) {
    const auto found =
        std::find_if(columns.begin(), columns.end(), [&](const auto& each) { return each.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

std::string key_name(std::size_t place) { return "strata_key_" + std::to_string(place + 1); }

}  // namespace

Rows::Rows(const core::Dialect& dialect, const schema::Table& table) : dialect_(&dialect), origin_(table.name) {
    if (table.primary_key) key_ = table.primary_key->columns;
    for (const auto& each : table.columns) columns_.push_back({each.name, dialect.quoted(each.name), each.name});
}

Rows::Rows(const core::Dialect& dialect) : dialect_(&dialect), empty_(true) {}

const RowColumn* Rows::find(std::string_view name) const { return find_in(columns_, name); }
RowColumn* Rows::find(std::string_view name) { return find_in(columns_, name); }

void Rows::drop(std::string_view name) {
    std::erase_if(columns_, [&](const RowColumn& each) { return each.name == name; });
}

void Rows::settle() {
    layers_.push_back(columns_);
    for (auto& each : columns_) each.value = dialect_->quoted(each.name);
}

bool Rows::knows(std::string_view expression) const {
    return std::all_of(columns_.begin(), columns_.end(),
                       [&](const RowColumn& each) { return each.known || !mentions(expression, each.name); });
}

bool Rows::any(std::string_view expression, bool RowColumn::* property) const {
    return std::any_of(columns_.begin(), columns_.end(),
                       [&](const RowColumn& each) { return each.*property && mentions(expression, each.name); });
}

/// Whether every column is called and read as the database has it, so that the table itself can be read.
bool Rows::plain() const {
    const auto same = [&](const std::vector<RowColumn>& columns) {
        return std::all_of(columns.begin(), columns.end(), [&](const RowColumn& each) {
            return each.name == each.origin && each.value == dialect_->quoted(each.name);
        });
    };
    return same(columns_) && std::all_of(layers_.begin(), layers_.end(), same);
}

std::string Rows::column(std::string_view alias, std::string_view name) const {
    return dialect_->quoted(alias) + "." + dialect_->quoted(name);
}

std::string Rows::key_column(std::string_view alias, std::size_t place) const {
    return column(alias, plain() ? key_[place] : key_name(place));
}

std::string Rows::key_text(std::string_view alias) const {
    std::string text;
    for (std::size_t i = 0; i < key_.size(); ++i)
        text += (i == 0 ? "CAST(" : " || ', ' || CAST(") + key_column(alias, i) + " AS TEXT)";
    return text;
}

std::string Rows::key_order(std::string_view alias) const {
    std::string text;
    for (std::size_t i = 0; i < key_.size(); ++i) text += (i == 0 ? "" : ", ") + key_column(alias, i);
    return text;
}

std::string Rows::from(const Reading& reading) const {
    if (!plain()) return "(" + select(layers_.size(), columns_, reading) + ") AS " + dialect_->quoted(reading.alias);
    const std::string table = (reading.only ? "ONLY " : "") + dialect_->quoted(origin_);
    if (!reading.where.empty())
        return "(SELECT * FROM " + table + " WHERE " + std::string(reading.where) + ") AS " +
               dialect_->quoted(reading.alias);
    return table + (reading.alias == origin_.name ? "" : " AS " + dialect_->quoted(reading.alias));
}

/// The SELECT of a layer: those of its columns that the layers above need.
std::string Rows::select(std::size_t layer, const std::vector<RowColumn>& columns, const Reading& reading) const {
    std::string list;
    const auto say = [&](const std::string& value, const std::string& name) {
        list += (list.empty() ? "" : ", ") + value + " AS " + dialect_->quoted(name);
    };
    std::string needed;
    for (const auto& each : columns) {
        if (!each.known || !mentions(reading.needed, each.name)) continue;
        // SQLite takes a quoted name that it does not find for a text, unless the table is said.
        const bool is_stored = layer == 0 && !each.origin.empty() && each.value == dialect_->quoted(each.origin);
        say(is_stored ? column(reading.alias, each.origin) : each.value, each.name);
        needed += each.value + " ";
    }
    if (reading.with_key)
        for (std::size_t i = 0; i < key_.size(); ++i)
            say(column(reading.alias, layer == 0 ? key_[i] : key_name(i)), key_name(i));
    if (list.empty()) list = "1 AS strata_row";
    std::string source;
    if (layer > 0) {
        Reading lower = reading;
        lower.needed = needed;
        source = "(" + select(layer - 1, layers_[layer - 1], lower) + ")";
    } else {
        source = (reading.only ? "ONLY " : "") + dialect_->quoted(origin_);
        if (!reading.where.empty()) source = "(SELECT * FROM " + source + " WHERE " + std::string(reading.where) + ")";
    }
    return "SELECT " + list + " FROM " + source + " AS " + dialect_->quoted(reading.alias);
}

}  // namespace strata::migrate::row_check
