#include "compare_table.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/order.hpp>

#include <algorithm>
#include <cctype>
#include <map>
#include <ranges>
#include <string_view>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using detail::TableDifference;
using schema::ForeignKey;
using schema::MetaData;
using schema::Table;

bool same_set(std::vector<std::string> left, std::vector<std::string> right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

bool is_key(const Table& table, const std::vector<std::string>& columns) {
    return (table.primary_key && same_set(table.primary_key->columns, columns)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(),
                       [&](const auto& unique) { return same_set(unique.columns, columns); });
}

/// Names that must be unique in a schema: those of indexes, and of constraints that are implemented by an index.
std::vector<schema::QualifiedName> index_names(const Table& table) {
    std::vector<schema::QualifiedName> names;
    const auto take = [&](const std::string& name) {
        if (!name.empty()) names.emplace_back(table.name.schema, name);
    };
    if (table.primary_key) take(table.primary_key->name);
    for (const auto& unique : table.uniques) take(unique.name);
    for (const auto& index : table.indexes) take(index.name);
    return names;
}

/// A foreign key and the table that has it.
struct Reference {
    const Table* table;
    const ForeignKey* key;
};

class Comparison {
public:
    Comparison(const MetaData& database, const MetaData& models, const schema::DdlCompiler& ddl,
               schema::ExpressionComparer& comparer)
        : database_(database), models_(models) {
        for (const auto* table : models.sorted_tables()) {
            if (schema::is_version_table(table->name)) continue;
            const auto* old = database.find(table->name);
            if (old == nullptr)
                created_.push_back(table);
            else
                differences_.emplace(table->name, detail::compare_table(*old, *table, ddl, comparer)),
                    order_.push_back(table->name);
        }
        const auto sorted = database.sorted_tables();
        for (const auto* table : sorted | std::views::reverse) {
            const bool ours =
                !schema::is_version_table(table->name) && !table->columns.empty() && table->partition_of.empty();
            if (ours && models.find(table->name) == nullptr) dropped_.push_back(table);
        }
        // A foreign key prevents changes of the columns that it refers to; it is dropped first and added again last.
        for (auto& [name, difference] : differences_) find_held(difference);
    }

    std::vector<Operation> run() {
        early_drops();
        if (names_collide()) {
            drop_tables();
            create_tables();
        } else {
            create_tables();
            drop_tables();
        }
        for (const auto& name : order_) {
            change_table(differences_.at(name));
            finished_.push_back(name);
        }
        for (auto& operation : late_) operations_.push_back(std::move(operation));
        objects();
        return std::move(operations_);
    }

private:
    void find_held(TableDifference& difference);
    [[nodiscard]] bool holds(const TableDifference& difference, const ForeignKey& key) const;
    [[nodiscard]] bool dropped(const schema::QualifiedName& table) const {
        return std::any_of(dropped_.begin(), dropped_.end(), [&](const Table* other) { return other->name == table; });
    }
    /// Whether a foreign key to these columns can be created before the tables are changed.
    [[nodiscard]] bool key_exists(const schema::QualifiedName& table, const std::vector<std::string>& columns) const;
    [[nodiscard]] bool names_collide() const;
    void early_drops();
    void create_tables();
    void drop_tables();
    void change_table(TableDifference& difference);
    void drop_foreign_key(const Table& table, const ForeignKey& key) {
        operations_.emplace_back(DropConstraint{table.name, detail::name_of(table, key)});
    }

    void objects();

    const MetaData& database_;
    const MetaData& models_;
    std::vector<const Table*> created_;  // each after those it refers to
    std::vector<const Table*> dropped_;  // each before those it refers to
    std::map<schema::QualifiedName, TableDifference> differences_;
    std::vector<schema::QualifiedName> order_;
    std::vector<schema::QualifiedName> finished_;
    std::vector<Operation> operations_;
    std::vector<Operation> late_;
};

bool Comparison::holds(const TableDifference& difference, const ForeignKey& key) const {
    if (dropped(key.referred_table)) return true;
    const auto changed = [](const std::vector<std::string>& columns, const std::vector<std::string>& among) {
        return std::any_of(columns.begin(), columns.end(), [&](const auto& column) { return contains(among, column); });
    };
    if (changed(key.columns, difference.recast_columns)) return true;
    const auto referred = differences_.find(key.referred_table);
    if (referred == differences_.end()) return false;
    const auto& keys = referred->second.dropped_keys;
    return std::any_of(keys.begin(), keys.end(), [&](const auto& k) { return same_set(k, key.referred_columns); }) ||
           changed(key.referred_columns, referred->second.recast_columns) ||
           changed(key.referred_columns, referred->second.replaced_columns);
}

void Comparison::find_held(TableDifference& difference) {
    for (const auto& key : difference.before->foreign_keys) {
        if (contains(difference.dropped_foreign_keys, key) || !holds(difference, key)) continue;
        difference.dropped_foreign_keys.push_back(key);
        const auto now = std::find_if(
            difference.after->foreign_keys.begin(), difference.after->foreign_keys.end(), [&](const ForeignKey& other) {
                return other.columns == key.columns && other.referred_table == key.referred_table &&
                       !contains(difference.added_foreign_keys, other);
            });
        if (now != difference.after->foreign_keys.end()) difference.added_foreign_keys.push_back(*now);
    }
}

bool Comparison::key_exists(const schema::QualifiedName& table, const std::vector<std::string>& columns) const {
    const auto* before = database_.find(table);
    if (before == nullptr || !is_key(*before, columns)) return false;
    const auto difference = differences_.find(table);
    if (difference == differences_.end()) return true;
    ForeignKey probe;
    probe.referred_table = table;
    probe.referred_columns = columns;
    return !holds({}, probe);
}

bool Comparison::names_collide() const {
    std::vector<schema::QualifiedName> names;
    for (const auto* table : dropped_)
        for (auto& name : index_names(*table)) names.push_back(std::move(name));
    for (const auto* table : created_)
        for (const auto& name : index_names(*table))
            if (contains(names, name)) return true;
    return false;
}

void Comparison::early_drops() {
    for (const auto& name : order_) {
        auto& difference = differences_.at(name);
        std::erase_if(difference.dropped_foreign_keys, [&](const ForeignKey& key) {
            const bool early = key.referred_table != name && holds(difference, key);
            if (early) drop_foreign_key(*difference.before, key);
            return early;
        });
    }
}

void Comparison::create_tables() {
    std::vector<schema::QualifiedName> made;
    for (const auto* table : created_) {
        CreateTable operation{*table};
        std::erase_if(operation.table.foreign_keys, [&](const ForeignKey& key) {
            if (key.referred_table == table->name || contains(made, key.referred_table) ||
                key_exists(key.referred_table, key.referred_columns))
                return false;
            late_.emplace_back(AddForeignKey{table->name, key});
            return true;
        });
        operations_.emplace_back(std::move(operation));
        made.push_back(table->name);
    }
}

void Comparison::drop_tables() {
    std::vector<schema::QualifiedName> gone;
    std::vector<Operation> drops;
    for (const auto* table : dropped_) {
        // A table that still refers to it is dropped later only in a cycle.
        for (const auto* other : dropped_)
            for (const auto& key : other->foreign_keys)
                if (other != table && key.referred_table == table->name && !contains(gone, other->name))
                    drop_foreign_key(*other, key);
        drops.emplace_back(DropTable{table->name});
        gone.push_back(table->name);
    }
    for (auto& operation : drops) operations_.push_back(std::move(operation));
}

void Comparison::change_table(TableDifference& difference) {
    const auto& name = difference.before->name;
    const auto take = [&](std::vector<Operation>& list) {
        std::move(list.begin(), list.end(), std::back_inserter(operations_));
    };
    for (const auto& key : difference.dropped_foreign_keys) drop_foreign_key(*difference.before, key);
    for (const auto& index : difference.dropped_indexes) operations_.emplace_back(DropIndex{name, index});
    take(difference.dropped_constraints);
    take(difference.columns);
    take(difference.added_constraints);
    for (const auto& key : difference.added_foreign_keys) {
        const auto referred = differences_.find(key.referred_table);
        const bool waits = key.referred_table != name && referred != differences_.end() &&
                           !contains(finished_, key.referred_table) && !referred->second.empty();
        (waits ? late_ : operations_).emplace_back(AddForeignKey{name, key});
    }
    take(difference.added_indexes);
    take(difference.rest);
}

/// The statement as it is compared: a database keeps its own spelling of it.
std::string plain(std::string_view sql) {
    std::string text;
    for (const char c : sql) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) == 0) text += static_cast<char>(std::tolower(byte));
    }
    while (text.ends_with(';')) text.pop_back();
    return text;
}

bool same_object(const schema::Object& old, const schema::Object& now) {
    return plain(old.definition) == plain(now.definition) && old.labels == now.labels && old.comment == now.comment &&
           std::equal(old.completions.begin(), old.completions.end(), now.completions.begin(), now.completions.end(),
                      [](const auto& left, const auto& right) { return plain(left) == plain(right); });
}

/// Objects that only the database has are left alone: they may be another's.
void Comparison::objects() {
    for (const auto& item : schema::creation_order(models_)) {
        const auto* object = std::get_if<const schema::Object*>(&item);
        if (object == nullptr) continue;
        const auto* old = database_.find((*object)->ref);
        if (old == nullptr)
            operations_.emplace_back(CreateObject{**object});
        else if (!same_object(*old, **object))
            operations_.emplace_back(ReplaceObject{*old, **object});
    }
}

}  // namespace

std::vector<Operation> compare_metadata(const schema::MetaData& database, const schema::MetaData& models,
                                        const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer) {
    return Comparison(database, models, ddl, comparer).run();
}

}  // namespace strata::migrate
