#include "folding.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace strata::migrate {
namespace {

using schema::MetaData;
using schema::QualifiedName;

/// The table whose shape the operation changes, where it can be a part of making the table instead.
struct Foldable {
    const QualifiedName* operator()(const AddColumn& op) const {
        return op.restored_from.empty() && !op.if_not_exists ? &op.table : nullptr;
    }
    const QualifiedName* operator()(const DropColumn& op) const {
        return op.kept_as.empty() && !op.if_exists ? &op.table : nullptr;
    }
    const QualifiedName* operator()(const AlterColumn& op) const {
        return op.using_expression.empty() ? &op.table : nullptr;
    }
    const QualifiedName* operator()(const CreateIndex& op) const {
        return !op.concurrently && !op.if_not_exists ? &op.table : nullptr;
    }
    const QualifiedName* operator()(const DropIndex& op) const {
        return !op.concurrently && !op.if_exists ? &op.table : nullptr;
    }
    const QualifiedName* operator()(const DropConstraint& op) const { return op.if_exists ? nullptr : &op.table; }
    const QualifiedName* operator()(const RenameColumn& op) const { return &op.table; }
    const QualifiedName* operator()(const AddUnique& op) const { return &op.table; }
    const QualifiedName* operator()(const AddCheck& op) const { return &op.table; }
    const QualifiedName* operator()(const AddPrimaryKey& op) const { return &op.table; }
    const QualifiedName* operator()(const AddForeignKey& op) const { return &op.table; }
    const QualifiedName* operator()(const RenameIndex& op) const { return &op.table; }
    const QualifiedName* operator()(const RenameConstraint& op) const { return &op.table; }
    const QualifiedName* operator()(const SetTableComment& op) const { return &op.table; }
    template <class O>
    const QualifiedName* operator()(const O&) const {
        return nullptr;
    }
};

/// Whether the operation may look at any table as it is when it runs.
bool sees_all(const Operation& operation) {
    return std::holds_alternative<Execute>(operation) || std::holds_alternative<Run>(operation) ||
           std::holds_alternative<CreateObject>(operation) || std::holds_alternative<ReplaceObject>(operation) ||
           std::holds_alternative<DropObject>(operation) || std::holds_alternative<RenameObject>(operation) ||
           std::holds_alternative<SetPrivileges>(operation) || std::holds_alternative<RenameEnumLabel>(operation) ||
           std::holds_alternative<AlterTable>(operation) || std::holds_alternative<RenameTable>(operation) ||
           std::holds_alternative<RenameColumn>(operation);  // of a table that was there: keys follow the name
}

/// The tables that the operation names.
struct Named {
    std::vector<QualifiedName> operator()(const CreateTable& op) const {
        std::vector<QualifiedName> names{op.table.name};
        for (const auto& key : op.table.foreign_keys) names.push_back(key.referred_table);
        names.insert(names.end(), op.table.inherits.begin(), op.table.inherits.end());
        names.push_back(op.table.partition_of);
        return names;
    }
    std::vector<QualifiedName> operator()(const AddForeignKey& op) const {
        return {op.table, op.constraint.referred_table};
    }
    std::vector<QualifiedName> operator()(const ChangeRows& op) const { return {op.after.table}; }
    template <class O>
    std::vector<QualifiedName> operator()(const O& op) const {
        if constexpr (requires { op.table; })
            return {op.table};
        else
            return {};
    }
};

class Folding {
public:
    explicit Folding(const MetaData& before) : made_(before) {
        for (const auto& table : before.tables) there_.insert(table.name);
    }

    void take(const Operation& operation) {
        if (drops_made(operation) || folds_into_made(operation)) return;
        keep(operation);
    }

    std::vector<Operation> result() && {
        std::vector<Operation> list;
        for (auto& entry : list_) {
            if (!entry) continue;
            if (auto* const created = std::get_if<CreateTable>(&*entry);
                created != nullptr && open_.contains(created->table.name))
                created->table = *made_.find(created->table.name);
            list.push_back(std::move(*entry));
        }
        return list;
    }

private:
    bool folds_into_made(const Operation& operation) {
        const auto* const table = std::visit(Foldable{}, operation);
        if (table == nullptr || !open_.contains(*table)) return false;
        if (shares_enum_type(operation, *table)) return false;
        // What a key refers to must be there when the table is made.
        if (const auto* key = std::get_if<AddForeignKey>(&operation)) {
            const auto& other = key->constraint.referred_table;
            const auto place = open_.at(*table);
            const bool there =
                other == *table || (open_.contains(other) && open_.at(other) < place) ||
                (there_.contains(other) && !open_.contains(other) && is_unchanged_since(key->constraint, place));
            if (!there) return false;
        }
        try {
            apply(made_, operation);
        } catch (const MigrationError&) {
            return false;
        }
        return true;
    }

    /// Whether it gives a column an enum type that another table has too, whose labels may have changed in between.
    [[nodiscard]] bool shares_enum_type(const Operation& operation, const QualifiedName& own) const {
        const schema::Type* type = nullptr;
        if (const auto* added = std::get_if<AddColumn>(&operation)) type = &added->column.type;
        if (const auto* altered = std::get_if<AlterColumn>(&operation))
            type = altered->patch.find(&schema::Column::type);
        if (type == nullptr || type->enum_type() == nullptr) return false;
        for (const auto& table : made_.tables)
            for (const auto& column : table.columns)
                if (table.name != own && column.type.enum_type() != nullptr &&
                    column.type.enum_type()->name == type->enum_type()->name)
                    return true;
        return false;
    }

    bool drops_made(const Operation& operation) {
        const auto* const dropped = std::get_if<DropTable>(&operation);
        if (dropped == nullptr || !dropped->kept_as.empty() || !open_.contains(dropped->table)) return false;
        try {
            apply(made_, operation);
        } catch (const MigrationError&) {
            return false;  // another table refers to it
        }
        list_[open_.at(dropped->table)].reset();
        open_.erase(dropped->table);
        return true;
    }

    void keep(const Operation& operation) {
        const auto* const created = std::get_if<CreateTable>(&operation);
        const bool plain = created != nullptr && created->restored_from.empty() && !created->if_not_exists;
        if (sees_all(operation)) {
            close_all();
        } else if (!plain) {
            for (const auto& name : std::visit(Named{}, operation)) close(name);
        }
        list_.emplace_back(operation);
        try {
            apply(made_, operation);
        } catch (const MigrationError&) {  // after the user's own SQL
            return;
        }
        if (!plain) return;
        open_[created->table.name] = list_.size() - 1;
        there_.insert(created->table.name);
    }

    /// The table is made as it is now.
    void close(const QualifiedName& name) {
        const auto found = open_.find(name);
        if (found == open_.end()) return;
        auto& table = std::get<CreateTable>(*list_[found->second]).table;
        table = *made_.find(name);
        open_.erase(found);
        // Its keys name what they refer to as it is now.
        for (const auto& key : table.foreign_keys) close(key.referred_table);
    }
    void close_all() {
        while (!open_.empty()) close(open_.begin()->first);
    }

    /// Whether nothing after this place has made or changed what the key refers to.
    [[nodiscard]] bool is_unchanged_since(const schema::ForeignKey& key, std::size_t place) const {
        for (auto i = place + 1; i < list_.size(); ++i)
            if (list_[i] && changes(*list_[i], key)) return false;
        return true;
    }
    [[nodiscard]] static bool changes(const Operation& operation, const schema::ForeignKey& key) {
        if (sees_all(operation)) return true;
        if (std::holds_alternative<CreateTable>(operation))
            return std::get<CreateTable>(operation).table.name == key.referred_table;
        const auto names = std::visit(Named{}, operation);
        if (std::ranges::find(names, key.referred_table) == names.end()) return false;
        if (const auto* added = std::get_if<AddColumn>(&operation))
            return std::ranges::find(key.referred_columns, added->column.name) != key.referred_columns.end();
        if (const auto* index = std::get_if<CreateIndex>(&operation)) return index->index.unique;
        return !std::holds_alternative<AddCheck>(operation) && !std::holds_alternative<SetTableComment>(operation) &&
               !std::holds_alternative<AddForeignKey>(operation) && !std::holds_alternative<BulkInsert>(operation) &&
               !std::holds_alternative<ChangeRows>(operation) && !std::holds_alternative<Fill>(operation);
    }

    MetaData made_;
    std::set<QualifiedName> there_;
    std::map<QualifiedName, std::size_t> open_;  // tables that are made here and may still change, by their places
    std::vector<std::optional<Operation>> list_;
};

}  // namespace

std::vector<Operation> folded(const std::vector<Operation>& operations, const MetaData& before) {
    Folding folding(before);
    for (auto operation : operations) {
        // In one revision with others an index cannot be made or dropped outside of the transaction.
        if (auto* made = std::get_if<CreateIndex>(&operation)) made->concurrently = false;
        if (auto* dropped = std::get_if<DropIndex>(&operation)) dropped->concurrently = false;
        folding.take(operation);
    }
    return std::move(folding).result();
}

}  // namespace strata::migrate
