#include "compare_families.hpp"

#include "operations/families.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/schema/internal/fields.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace strata::migrate::detail {
namespace {

using core::internal::contains;
using schema::Column;
using schema::QualifiedName;
using schema::Table;

/// The tables that the table comes from, before and after.
std::vector<QualifiedName> parents_of(const TableDifference& difference) {
    const Table& before = *difference.before;
    const Table& after = *difference.after;
    std::vector<QualifiedName> parents;
    if (!before.partition_of.empty() && before.partition_of == after.partition_of)
        parents.push_back(before.partition_of);
    for (const auto& parent : before.inherits)
        if (contains(after.inherits, parent)) parents.push_back(parent);
    return parents;
}

/// What happens to the columns of a table, by its operations and by those of the tables that it comes from.
struct ColumnChanges {
    std::map<std::string, Column> added;
    std::set<std::string> dropped;
    std::map<std::string, schema::ColumnPatch> altered;
};

/// The patch of a column in the list, made where it is not there.
AlterColumn& alteration(std::vector<Operation>& list, const QualifiedName& table, const std::string& column) {
    for (auto& operation : list)
        if (auto* alter = std::get_if<AlterColumn>(&operation); alter != nullptr && alter->column == column)
            return *alter;
    return std::get<AlterColumn>(list.emplace_back(AlterColumn{table, column}));
}

class ColumnSettlement {
public:
    ColumnSettlement(TableDifferences& differences, const std::vector<QualifiedName>& order)
        : differences_(differences), order_(order) {}

    void run() {
        for (const auto& name : order_) {
            TableDifference& difference = differences_.at(name);
            ColumnChanges& changes = changes_[name];
            for (const auto& parent : parents_of(difference))
                if (const auto found = changes_.find(parent); found != changes_.end())
                    take(difference, found->second, changes);
            for (const auto* list : {&difference.columns, &difference.rest})
                for (const auto& operation : *list) note(operation, changes);
        }
    }

private:
    /// The fields that the later change has, too.
    static void overlay(schema::ColumnPatch& patch, const schema::ColumnPatch& later) {
        schema::internal::for_each_field<Column>([&](std::string_view, auto field) {
            if (const auto* value = later.find(field)) patch.set(field, *value);
        });
    }

    static void note(const Operation& operation, ColumnChanges& changes) {
        if (const auto* add = std::get_if<AddColumn>(&operation))
            changes.added.insert_or_assign(add->column.name, add->column);
        else if (const auto* drop = std::get_if<DropColumn>(&operation))
            changes.dropped.insert(drop->column);
        else if (const auto* alter = std::get_if<AlterColumn>(&operation))
            overlay(changes.altered[alter->column], alter->patch);
    }

    void take(TableDifference& difference, const ColumnChanges& given, ColumnChanges& changes) {
        std::vector<std::pair<Column, Column>> come;  // as the parent gives them, and as they are wanted
        const auto by_itself = [&](const Operation& operation) {
            if (const auto* drop = std::get_if<DropColumn>(&operation)) {
                if (!given.dropped.contains(drop->column)) return false;
                changes.dropped.insert(drop->column);
                return true;
            }
            const auto* add = std::get_if<AddColumn>(&operation);
            const auto found = add != nullptr ? given.added.find(add->column.name) : given.added.end();
            if (found == given.added.end()) return false;
            come.emplace_back(handed_down(found->second, *difference.after), add->column);
            changes.added.insert_or_assign(add->column.name, add->column);
            return true;
        };
        std::erase_if(difference.columns, by_itself);
        std::erase_if(difference.rest, by_itself);
        for (const auto& [as_given, wanted] : come) {
            auto patch = schema::difference(as_given, wanted);
            patch.keep(&Column::type).keep(&Column::computed).keep(&Column::computed_virtual).keep(&Column::inherited);
            if (!patch.empty())
                difference.columns.emplace_back(AlterColumn{difference.after->name, wanted.name, patch});
        }
        for (const auto& [name, patch] : given.altered) alter(difference, name, handed_down(patch), changes);
    }

    /// The partition has a column as the table that it comes from, or is given back its own way.
    static void alter(TableDifference& difference, const std::string& name, const schema::ColumnPatch& given,
                      ColumnChanges& changes) {
        const Column* const wanted = difference.after->find_column(name);
        if (wanted == nullptr || difference.before->find_column(name) == nullptr) return;
        AlterColumn& own = alteration(difference.columns, difference.after->name, name);
        const auto settle = [&](auto field) {
            const auto* value = given.find(field);
            if (value == nullptr) return;
            if (*value == wanted->*field)
                own.patch.keep(field);
            else
                own.patch.set(field, wanted->*field);
        };
        settle(&Column::server_default);
        settle(&Column::statistics);
        settle(&Column::storage);
        const auto& key = difference.after->primary_key;
        if (!key || !contains(key->columns, name)) settle(&Column::nullable);
        changes.altered[name] = given;
        std::erase_if(difference.columns, [](const Operation& operation) {
            const auto* empty = std::get_if<AlterColumn>(&operation);
            return empty != nullptr && empty->patch.empty();
        });
    }

    TableDifferences& differences_;
    const std::vector<QualifiedName>& order_;
    std::map<QualifiedName, ColumnChanges> changes_;
};

class PieceSettlement {
public:
    PieceSettlement(TableDifferences& differences, const std::vector<QualifiedName>& order)
        : differences_(differences), order_(order) {}

    void run() {
        for (const auto& name : order_) leave_inherited_checks(differences_.at(name));
        for (bool changed = true; changed;) {
            changed = false;
            for (const auto& name : order_) {
                TableDifference& difference = differences_.at(name);
                const QualifiedName& of = difference.before->partition_of;
                const auto parent = differences_.find(of);
                if (of.empty() || of != difference.after->partition_of || parent == differences_.end()) continue;
                if (rebound(difference)) continue;  // it is detached first
                for (const auto& piece : pieces_of(*difference.before))
                    if (const auto whole = whole_of(*parent->second.before, *difference.before, piece))
                        changed = settle(parent->second, difference, *whole, piece) || changed;
            }
        }
    }

private:
    /// The database renames a check in all tables that have it from this one.
    void leave_inherited_checks(TableDifference& difference) {
        for (const auto& parent : parents_of(difference)) {
            const auto found = differences_.find(parent);
            if (found == differences_.end()) continue;
            for (const auto& check : found->second.before->checks)
                std::erase_if(difference.renames, [&](const Operation& operation) {
                    const auto* rename = std::get_if<RenameConstraint>(&operation);
                    return rename != nullptr && rename->from == check.name;
                });
        }
    }

    static bool rebound(const TableDifference& difference) {
        return difference.before->partition_bound != difference.after->partition_bound;
    }

    /// Whether something has changed.
    bool settle(TableDifference& parent, TableDifference& difference, const Piece& whole, const Piece& piece) {
        if (gone(parent, whole)) {
            if (!gone_[difference.before->name].insert(key(piece)).second) return false;
            undrop(difference, piece);
            note_key(difference, piece);
            add(difference, piece);
            return true;
        }
        if (!drops(difference, piece)) return false;
        if (is_made_anew(parent, difference, whole, piece)) {
            drop(parent, whole);
            add(parent, whole);
        } else {
            undrop(difference, piece);
        }
        return true;
    }

    static std::pair<int, std::string> key(const Piece& piece) { return {static_cast<int>(piece.kind), piece.name}; }
    bool gone(const TableDifference& difference, const Piece& piece) {
        return drops(difference, piece) || gone_[difference.before->name].contains(key(piece));
    }

    static bool drops(const TableDifference& difference, const Piece& piece) {
        if (piece.kind == Piece::Kind::index) return contains(difference.dropped_indexes, piece.name);
        if (piece.kind == Piece::Kind::foreign_key)
            return std::any_of(difference.dropped_foreign_keys.begin(), difference.dropped_foreign_keys.end(),
                               [&](const auto& each) { return each.name == piece.name; });
        return std::any_of(
            difference.dropped_constraints.begin(), difference.dropped_constraints.end(),
            [&](const Operation& operation) { return std::get<DropConstraint>(operation).name == piece.name; });
    }
    static void undrop(TableDifference& difference, const Piece& piece) {
        if (piece.kind == Piece::Kind::index)
            std::erase(difference.dropped_indexes, piece.name);
        else if (piece.kind == Piece::Kind::foreign_key)
            std::erase_if(difference.dropped_foreign_keys, [&](const auto& each) { return each.name == piece.name; });
        else
            std::erase_if(difference.dropped_constraints, [&](const Operation& operation) {
                return std::get<DropConstraint>(operation).name == piece.name;
            });
    }
    static void drop(TableDifference& difference, const Piece& piece) {
        const Table& before = *difference.before;
        difference.forget_rename(piece.name);
        note_key(difference, piece);
        if (piece.kind == Piece::Kind::index) {
            difference.dropped_indexes.push_back(piece.name);
        } else if (piece.kind == Piece::Kind::foreign_key) {
            for (const auto& each : before.foreign_keys)
                if (each.name == piece.name) difference.dropped_foreign_keys.push_back(each);
        } else {
            difference.dropped_constraints.emplace_back(DropConstraint{before.name, piece.name});
        }
    }
    /// When a key is dropped, the foreign keys that refer to it are dropped with it.
    static void note_key(TableDifference& difference, const Piece& piece) {
        const Table& before = *difference.before;
        if (piece.kind == Piece::Kind::primary_key) difference.dropped_keys.push_back(before.primary_key->columns);
        if (piece.kind != Piece::Kind::unique) return;
        for (const auto& each : before.uniques)
            if (each.name == piece.name) difference.dropped_keys.push_back(each.columns);
    }
    /// Makes the models' piece of that name, if it is not made already.
    static void add(TableDifference& difference, const Piece& piece) {
        auto made = making(*difference.after, piece);
        if (!made || adds(difference, piece)) return;
        if (auto* index = std::get_if<CreateIndex>(&*made))
            difference.added_indexes.emplace_back(std::move(*index));
        else if (auto* foreign = std::get_if<AddForeignKey>(&*made))
            difference.added_foreign_keys.push_back(std::move(foreign->constraint));
        else
            difference.added_constraints.push_back(std::move(*made));
    }
    static bool adds(const TableDifference& difference, const Piece& piece) {
        if (piece.kind == Piece::Kind::index)
            return std::any_of(
                difference.added_indexes.begin(), difference.added_indexes.end(),
                [&](const Operation& operation) { return std::get<CreateIndex>(operation).index.name == piece.name; });
        if (piece.kind == Piece::Kind::foreign_key)
            return std::any_of(difference.added_foreign_keys.begin(), difference.added_foreign_keys.end(),
                               [&](const auto& each) { return each.name == piece.name; });
        return std::any_of(difference.added_constraints.begin(), difference.added_constraints.end(),
                           [&](const Operation& operation) {
                               return std::visit(
                                   [&](const auto& op) {
                                       if constexpr (requires { op.constraint.name; })
                                           return op.constraint.name == piece.name;
                                       else
                                           return false;
                                   },
                                   operation);
                           });
    }

    /// Whether the models have another part of the whole in its place. What they do not say of a partition is left.
    static bool is_made_anew(const TableDifference& parent, const TableDifference& difference, const Piece& whole,
                             const Piece& piece) {
        if (adds(difference, piece)) return true;
        const Table& after = *difference.after;
        const auto pieces = pieces_of(after);
        return std::any_of(pieces.begin(), pieces.end(), [&](const Piece& other) {
            return other.kind == piece.kind && adds(difference, other) &&
                   whole_of(*parent.after, after, other) == whole;
        });
    }

    TableDifferences& differences_;
    const std::vector<QualifiedName>& order_;
    std::map<QualifiedName, std::set<std::pair<int, std::string>>> gone_;  // with what they are a part of
};

}  // namespace

void settle_columns(TableDifferences& differences, const std::vector<QualifiedName>& order) {
    ColumnSettlement(differences, order).run();
}

void settle_pieces(TableDifferences& differences, const std::vector<QualifiedName>& order) {
    PieceSettlement(differences, order).run();
}

bool is_in_partition_tree(const TableDifference& difference) {
    const Table& before = *difference.before;
    const Table& after = *difference.after;
    return !before.partition_by.empty() || !before.partition_of.empty() || !after.partition_of.empty();
}

}  // namespace strata::migrate::detail
