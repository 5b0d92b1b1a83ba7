#include "strata/schema/metadata.hpp"

#include <strata/core/error.hpp>

#include <algorithm>
#include <utility>

namespace strata::schema {
namespace {

template <class Items, class Name>
auto find_named(Items& items, const Name& name) -> decltype(items.data()) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const auto& item) { return item.name == name; });
    return found == items.end() ? nullptr : &*found;
}

/// Sorts tables so that each comes after those it refers to.
class Sorter {
public:
    explicit Sorter(const std::vector<Table>& tables) : tables_(tables), placed_(tables.size()) {}

    std::vector<const Table*> sorted() {
        edges();
        while (order_.size() < tables_.size())
            if (!place_next()) place_cycle();
        return std::move(order_);
    }

private:
    void edges() {
        refers_to_.resize(tables_.size());
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            for (const auto& key : tables_[i].foreign_keys) {
                const Table* referred = find_named(tables_, key.referred_table);
                if (referred != nullptr && referred != &tables_[i])
                    refers_to_[i].push_back(static_cast<std::size_t>(referred - tables_.data()));
            }
        }
    }

    void place(std::size_t i) {
        placed_[i] = true;
        order_.push_back(&tables_[i]);
    }

    /// Places the first table whose referred tables are all placed.
    bool place_next() {
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            if (placed_[i]) continue;
            if (std::any_of(refers_to_[i].begin(), refers_to_[i].end(), [&](std::size_t r) { return !placed_[r]; }))
                continue;
            place(i);
            return true;
        }
        return false;
    }

    /// Places the first cycle that depends on nothing outside of itself, as a whole and in the given order.
    void place_cycle() {
        for (std::size_t i = 0; i < tables_.size(); ++i) {
            if (placed_[i]) continue;
            const auto reached = reachable(i);
            const auto closed = [&] {
                for (std::size_t j = 0; j < tables_.size(); ++j)
                    if (reached[j] && !reachable(j)[i]) return false;
                return true;
            };
            if (!closed()) continue;
            for (std::size_t j = 0; j < tables_.size(); ++j)
                if (reached[j]) place(j);
            return;
        }
    }

    [[nodiscard]] std::vector<bool> reachable(std::size_t from) const {
        std::vector<bool> reached(tables_.size());
        std::vector<std::size_t> open{from};
        while (!open.empty()) {
            const std::size_t i = open.back();
            open.pop_back();
            for (const std::size_t r : refers_to_[i]) {
                if (placed_[r] || reached[r]) continue;
                reached[r] = true;
                open.push_back(r);
            }
        }
        return reached;
    }

    const std::vector<Table>& tables_;
    std::vector<std::vector<std::size_t>> refers_to_;
    std::vector<bool> placed_;
    std::vector<const Table*> order_;
};

}  // namespace

const Column* Table::find_column(std::string_view column_name) const { return find_named(columns, column_name); }
Column* Table::find_column(std::string_view column_name) { return find_named(columns, column_name); }

MetaData::MetaData(std::initializer_list<Table> list) : tables(list) {
    for (const Table& table : tables)
        if (find(table.name) != &table)
            throw UsageError("table " + table.name + " is named twice in the metadata; list each model once");
}

const Table* MetaData::find(const QualifiedName& table_name) const { return find_named(tables, table_name); }
Table* MetaData::find(const QualifiedName& table_name) { return find_named(tables, table_name); }

const Object* MetaData::find(const ObjectRef& object) const {
    const auto found =
        std::find_if(objects.begin(), objects.end(), [&](const auto& each) { return each.ref == object; });
    return found == objects.end() ? nullptr : &*found;
}
Object* MetaData::find(const ObjectRef& object) { return const_cast<Object*>(std::as_const(*this).find(object)); }

std::vector<const Table*> MetaData::sorted_tables() const { return Sorter(tables).sorted(); }

}  // namespace strata::schema
