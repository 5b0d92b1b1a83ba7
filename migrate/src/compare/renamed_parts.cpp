#include "renamed_parts.hpp"

#include <strata/core/internal/contains.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace strata::migrate::detail {
namespace {

using core::internal::contains;
using schema::QualifiedName;
using schema::Table;

/// What a rename changes.
struct Rename {
    QualifiedName& table;
    std::string& from;
    std::string& to;
};
Rename rename_of(Operation& operation) {
    if (auto* index = std::get_if<RenameIndex>(&operation)) return {index->table, index->from, index->to};
    auto& constraint = std::get<RenameConstraint>(operation);
    return {constraint.table, constraint.from, constraint.to};
}

/// A name for the time between; at most 63 bytes, PostgreSQL's limit, and not cut inside a UTF-8 character.
std::string name_between(const std::string& name) {
    const std::string prefix = "_renamed_";
    std::size_t length = std::min(name.size(), 63 - prefix.size());
    while (length > 0 && length < name.size() && (static_cast<unsigned char>(name[length]) & 0xC0U) == 0x80U) --length;
    return prefix + name.substr(0, length);
}

/// Whether the table implements the constraint by an index, which has its name.
bool has_index(const Table& table, const std::string& constraint) {
    const auto named = [&](const auto& each) { return each.name == constraint; };
    return (table.primary_key && table.primary_key->name == constraint) ||
           std::any_of(table.uniques.begin(), table.uniques.end(), named) ||
           std::any_of(table.excludes.begin(), table.excludes.end(), named);
}

/// The name of an index that the operation gives, or nothing.
std::string given_by(const Operation& operation, const Table& after) {
    return std::visit(
        [&](const auto& op) -> std::string {
            using Op = std::decay_t<decltype(op)>;
            if constexpr (std::is_same_v<Op, CreateIndex>) return op.index.name;
            if constexpr (std::is_same_v<Op, AddUnique> || std::is_same_v<Op, AddPrimaryKey> ||
                          std::is_same_v<Op, AddExclude>)
                return op.constraint.name;
            if constexpr (std::is_same_v<Op, RenameIndex>) return op.to;
            if constexpr (std::is_same_v<Op, RenameConstraint>) return has_index(after, op.to) ? op.to : std::string();
            return {};
        },
        operation);
}

/// Which tables give a name to an index.
class GivenNames {
public:
    GivenNames(const TableDifferences& differences, const std::vector<const Table*>& created) {
        for (const auto* table : created)
            for (const auto& name : index_names(*table)) tables_[name].insert(table->name);
        for (const auto& [table, difference] : differences)
            for (const auto* list : {&difference.added_indexes, &difference.added_constraints, &difference.renames})
                for (const auto& operation : *list)
                    if (auto name = given_by(operation, *difference.after); !name.empty())
                        tables_[{table.schema, std::move(name)}].insert(table);
    }
    [[nodiscard]] bool by_other(const QualifiedName& table, const std::string& name) const {
        const auto found = tables_.find({table.schema, name});
        return found != tables_.end() && (found->second.size() > 1 || !found->second.contains(table));
    }

private:
    std::map<QualifiedName, std::set<QualifiedName>> tables_;
};

/// What moves of one table. Where a name must be free for a rename that comes early, it is made free early, too.
class Moving {
public:
    Moving(TableDifference& difference, const GivenNames& given) : difference_(difference), given_(given) {}

    void take(std::vector<Operation>& drops, std::vector<Operation>& renames) {
        for (bool more = true; more;) {
            more = take_if(difference_.dropped_indexes, drops,
                           [&](const std::string& name) { return Operation(DropIndex{table(), name}); });
            more = take_if(difference_.dropped_constraints, drops, [](const Operation& drop) { return drop; }) || more;
            more = take_if(difference_.renames, renames, [](const Operation& rename) { return rename; }) || more;
        }
    }

private:
    [[nodiscard]] const QualifiedName& table() const { return difference_.before->name; }
    [[nodiscard]] bool moves(const std::string& name) const {
        return given_.by_other(table(), name) || wanted_.contains(name);
    }
    [[nodiscard]] bool moves(const Operation& operation) const {
        if (const auto* index = std::get_if<RenameIndex>(&operation)) return moves(index->from);
        const auto* renamed = std::get_if<RenameConstraint>(&operation);
        const auto& name = renamed != nullptr ? renamed->from : std::get<DropConstraint>(operation).name;
        return has_index(*difference_.before, name) && moves(name);
    }

    template <class List, class Make>
    bool take_if(List& list, std::vector<Operation>& taken, const Make& make) {
        const auto first =
            std::stable_partition(list.begin(), list.end(), [&](const auto& each) { return !moves(each); });
        if (first == list.end()) return false;
        for (auto each = first; each != list.end(); ++each) {
            taken.push_back(make(*each));
            if constexpr (std::is_same_v<typename List::value_type, Operation>)
                if (!std::holds_alternative<DropConstraint>(*each)) wanted_.insert(rename_of(*each).to);
        }
        list.erase(first, list.end());
        return true;
    }

    TableDifference& difference_;
    const GivenNames& given_;
    std::set<std::string> wanted_;
};

}  // namespace

std::vector<Operation> in_free_order(std::vector<Operation> renames) {
    std::vector<Operation> order;
    while (!renames.empty()) {
        const auto taken = [&](const std::string& name) {
            return std::any_of(renames.begin(), renames.end(),
                               [&](Operation& other) { return rename_of(other).from == name; });
        };
        const auto next =
            std::find_if(renames.begin(), renames.end(), [&](Operation& each) { return !taken(rename_of(each).to); });
        if (next != renames.end()) {
            order.push_back(std::move(*next));
            renames.erase(next);
            continue;
        }
        Operation away = renames.front();
        auto rename = rename_of(away);
        rename.to = name_between(rename.from);
        rename_of(renames.front()).from = rename.to;
        order.push_back(std::move(away));
    }
    return order;
}

std::vector<Operation> take_moving_names(TableDifferences& differences, const std::vector<QualifiedName>& order,
                                         const std::vector<const Table*>& created) {
    const GivenNames given(differences, created);
    std::vector<Operation> early;
    std::vector<Operation> renames;
    for (const auto& name : order) {
        TableDifference& difference = differences.at(name);
        std::vector<Operation> drops;
        Moving(difference, given).take(drops, renames);
        const bool drops_key = std::any_of(drops.begin(), drops.end(), [](const Operation& operation) {
            return std::holds_alternative<DropConstraint>(operation);
        });
        if (drops_key)  // which a foreign key of the table itself may refer to
            for (const auto& key : std::exchange(difference.dropped_foreign_keys, {}))
                early.emplace_back(DropConstraint{name, name_of(*difference.before, key)});
        std::move(drops.begin(), drops.end(), std::back_inserter(early));
    }
    auto ordered = in_free_order(std::move(renames));
    std::move(ordered.begin(), ordered.end(), std::back_inserter(early));
    return early;
}

std::vector<QualifiedName> index_names(const Table& table) {
    std::vector<QualifiedName> names;
    const auto take = [&](const auto& each) {
        if (!each.name.empty()) names.emplace_back(table.name.schema, each.name);
    };
    if (table.primary_key) take(*table.primary_key);
    for (const auto& unique : table.uniques) take(unique);
    for (const auto& exclude : table.excludes) take(exclude);
    for (const auto& index : table.indexes) take(index);
    return names;
}

}  // namespace strata::migrate::detail
