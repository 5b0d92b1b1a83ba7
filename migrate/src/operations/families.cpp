#include "operations/families.hpp"

#include "operations/identifiers.hpp"
#include "operations/index_marks.hpp"

#include <strata/core/internal/contains.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;
using schema::Column;
using schema::MetaData;
using schema::QualifiedName;
using schema::Table;

bool is_child(const Table& table, const QualifiedName& parent) {
    return table.partition_of == parent || contains(table.inherits, parent);
}

template <class List>
auto named(List& list, const std::string& name) -> decltype(list.data()) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto& each) { return each.name == name; });
    return found == list.end() ? nullptr : &*found;
}

/// Whether the partition's index can be a part of the partitioned table's.
bool fits(const schema::Index& part, const schema::Index& whole) {
    return part.elements == whole.elements && part.unique == whole.unique && part.where == whole.where &&
           part.method == whole.method && part.include == whole.include &&
           part.nulls_not_distinct == whole.nulls_not_distinct;
}

QualifiedName index_of(const Table& table, const std::string& name) { return {table.name.schema, name}; }

/// An index of a partitioned table that every partition has: the database attaches one that fits, or makes one.
void attach(Table& partition, const Table& parent, const schema::Index& whole) {
    const auto name = index_of(parent, whole.name);
    if (whole.only || std::any_of(partition.indexes.begin(), partition.indexes.end(),
                                  [&](const auto& part) { return part.attached_to == name; }))
        return;
    for (auto& part : partition.indexes)
        if (part.attached_to.empty() && fits(part, whole)) {
            part.attached_to = name;
            return;
        }
}

void remove(Table& table, const Piece& piece) {
    const auto is_it = [&](const auto& each) { return each.name == piece.name; };
    switch (piece.kind) {
        case Piece::Kind::index:
            std::erase_if(table.indexes, is_it);
            break;
        case Piece::Kind::primary_key:
            table.primary_key.reset();
            break;
        case Piece::Kind::unique:
            std::erase_if(table.uniques, is_it);
            break;
        case Piece::Kind::check:
            std::erase_if(table.checks, is_it);
            break;
        case Piece::Kind::foreign_key:
            std::erase_if(table.foreign_keys, is_it);
            break;
    }
    detail::marks_of(table, piece.name).forget(table);
}

/// The parts of the table's piece go with it.
void remove_parts(MetaData& state, const Table& parent, const Piece& whole) {
    for (auto& table : state.tables) {
        if (table.partition_of != parent.name) continue;
        for (const auto& piece : pieces_of(table)) {
            if (whole_of(parent, table, piece) != whole) continue;
            remove_parts(state, table, piece);
            remove(table, piece);
        }
    }
}

/// Calls `change` with each table that is a partition of this one or inherits from it, and with the tables of these.
template <class Change>
void for_children(MetaData& state, const QualifiedName& parent, const Change& change) {
    for (auto& table : state.tables)
        if (is_child(table, parent)) {
            change(table);
            for_children(state, table.name, change);
        }
}

/// What an operation takes from the descendants of its table.
struct Taking {
    MetaData& state;

    void operator()(const DropIndex& op) const {
        const Table* const parent = state.find(op.table);
        const auto* index = parent != nullptr ? named(parent->indexes, op.name) : nullptr;
        if (index != nullptr && !index->only) remove_parts(state, *parent, {Piece::Kind::index, op.name});
    }
    void operator()(const DropConstraint& op) const {
        const Table* const parent = state.find(op.table);
        if (parent == nullptr) return;
        for (const auto& piece : pieces_of(*parent))
            if (piece.kind != Piece::Kind::index && piece.name == op.name) remove_parts(state, *parent, piece);
    }
    void operator()(const auto&) const {}
};

/// What an operation gives to them.
struct Giving {
    MetaData& state;
    Unread& unread;

    void operator()(const AddColumn& op) const {
        if (!op.restored_from.empty()) return;
        for_children(state, op.table, [&](Table& table) {
            if (table.find_column(op.column.name) == nullptr) table.columns.push_back(handed_down(op.column, table));
        });
    }
    void operator()(const DropColumn& op) const {
        if (!op.kept_as.empty()) return;
        for_children(state, op.table, [&](Table& table) {
            const Column* const column = table.find_column(op.column);
            if (column != nullptr && (!table.partition_of.empty() || column->inherited) && table.columns.size() > 1)
                apply(state, DropColumn{table.name, op.column}, unread);
        });
    }
    void operator()(const RenameColumn& op) const {
        for_children(state, op.table, [&](Table& table) {
            if (table.find_column(op.from) != nullptr && table.find_column(op.to) == nullptr)
                apply(state, RenameColumn{table.name, op.from, op.to}, unread);
        });
    }
    void operator()(const AlterColumn& op) const {
        const auto patch = handed_down(op.patch);
        for_children(state, op.table, [&](Table& table) {
            if (Column* const column = table.find_column(op.column)) patch.apply(*column);
        });
    }
    void operator()(const CreateIndex& op) const {
        if (const Table* const parent = state.find(op.table))
            for (auto& table : state.tables)
                if (table.partition_of == op.table) attach(table, *parent, op.index);
    }
    void operator()(const AddCheck& op) const {
        if (op.constraint.no_inherit) return;
        for_children(state, op.table, [&](Table& table) {
            if (table.partition_of.empty() || named(table.checks, op.constraint.name) != nullptr) return;
            table.checks.push_back(op.constraint);
            table.checks.back().comment.clear();
        });
    }
    void operator()(const RenameConstraint& op) const {
        const Table* const parent = state.find(op.table);
        const auto* const check = parent != nullptr ? named(parent->checks, op.to) : nullptr;
        if (check == nullptr || check->no_inherit) return;
        for_children(state, op.table, [&](Table& table) {
            if (auto* const own = named(table.checks, op.from)) own->name = op.to;
        });
    }
    /// A table that is detached keeps what it has. One that is attached has what the partitioned table has.
    void operator()(const AlterTable& op) const {
        const auto* of = op.patch.find(&Table::partition_of);
        Table* const table = state.find(op.table);
        if (of == nullptr || table == nullptr) return;
        for (auto& index : table->indexes) index.attached_to = {};
        const Table* const parent = of->empty() ? nullptr : state.find(*of);
        if (parent == nullptr) return;
        for (const auto& index : parent->indexes) attach(*table, *parent, index);
    }
    void operator()(const auto&) const {}
};

}  // namespace

std::vector<const Table*> descendants(const MetaData& state, const QualifiedName& table) {
    std::vector<const Table*> found;
    const auto take = [&](const QualifiedName& parent) {
        for (const auto& each : state.tables)
            if (is_child(each, parent) && !contains(found, &each)) found.push_back(&each);
    };
    take(table);
    for (std::size_t i = 0; i < found.size(); ++i) take(found[i]->name);
    return found;
}

schema::ColumnPatch handed_down(const schema::ColumnPatch& patch) {
    auto handed = patch;
    return handed.keep(&Column::comment).keep(&Column::compression).keep(&Column::options).keep(&Column::identity);
}

Column handed_down(const Column& column, const Table& descendant) {
    Column handed = column;
    handed.comment.clear();
    handed.compression.clear();
    handed.options.clear();
    handed.identity = {};
    handed.inherited = descendant.partition_of.empty();
    return handed;
}

void take_from_descendants(MetaData& state, const Operation& operation) { std::visit(Taking{state}, operation); }
void hand_down(MetaData& state, const Operation& operation, Unread& unread) {
    std::visit(Giving{state, unread}, operation);
}

std::vector<Piece> pieces_of(const Table& table) {
    std::vector<Piece> pieces;
    const auto take = [&](Piece::Kind kind, const auto& list) {
        for (const auto& each : list)
            if (!each.name.empty()) pieces.push_back({kind, each.name});
    };
    take(Piece::Kind::index, table.indexes);
    if (table.primary_key && !table.primary_key->name.empty())
        pieces.push_back({Piece::Kind::primary_key, table.primary_key->name});
    take(Piece::Kind::unique, table.uniques);
    take(Piece::Kind::check, table.checks);
    take(Piece::Kind::foreign_key, table.foreign_keys);
    return pieces;
}

std::optional<Operation> making(const Table& table, const Piece& piece) {
    switch (piece.kind) {
        case Piece::Kind::index:
            if (const auto* index = named(table.indexes, piece.name)) return CreateIndex{table.name, *index};
            break;
        case Piece::Kind::primary_key:
            if (table.primary_key && table.primary_key->name == piece.name)
                return AddPrimaryKey{table.name, *table.primary_key};
            break;
        case Piece::Kind::unique:
            if (const auto* unique = named(table.uniques, piece.name)) return AddUnique{table.name, *unique};
            break;
        case Piece::Kind::check:
            if (const auto* check = named(table.checks, piece.name)) return AddCheck{table.name, *check};
            break;
        case Piece::Kind::foreign_key:
            if (const auto* key = named(table.foreign_keys, piece.name)) return AddForeignKey{table.name, *key};
            break;
    }
    return std::nullopt;
}

std::optional<Piece> whole_of(const Table& parent, const Table& partition, const Piece& piece) {
    if (partition.partition_of != parent.name) return std::nullopt;
    switch (piece.kind) {
        case Piece::Kind::index: {
            const auto* part = named(partition.indexes, piece.name);
            const auto* whole = part != nullptr && part->attached_to.schema == parent.name.schema
                                    ? named(parent.indexes, part->attached_to.name)
                                    : nullptr;
            if (whole != nullptr && !whole->only) return Piece{piece.kind, whole->name};
            break;
        }
        case Piece::Kind::primary_key:
            if (parent.primary_key) return Piece{piece.kind, parent.primary_key->name};
            break;
        case Piece::Kind::unique: {
            const auto* part = named(partition.uniques, piece.name);
            for (const auto& whole : parent.uniques)
                if (part != nullptr && whole.columns == part->columns && whole.deferrable == part->deferrable &&
                    whole.nulls_not_distinct == part->nulls_not_distinct)
                    return Piece{piece.kind, whole.name};
            break;
        }
        case Piece::Kind::check:
            if (const auto* whole = named(parent.checks, piece.name); whole != nullptr && !whole->no_inherit)
                return piece;
            break;
        case Piece::Kind::foreign_key: {
            const auto* part = named(partition.foreign_keys, piece.name);
            for (const auto& whole : parent.foreign_keys)
                if (part != nullptr && whole.columns == part->columns && whole.referred_table == part->referred_table &&
                    whole.referred_columns == part->referred_columns && whole.on_delete == part->on_delete &&
                    whole.on_update == part->on_update && whole.deferrable == part->deferrable)
                    return Piece{piece.kind, whole.name};
            break;
        }
    }
    return std::nullopt;
}

std::vector<Operation> with_descendants(const Operation& operation, std::vector<Operation> reversed,
                                        const MetaData& before) {
    const auto* table = std::visit(
        [](const auto& op) -> const QualifiedName* {
            if constexpr (requires { op.table.schema; })
                return &op.table;
            else
                return nullptr;
        },
        operation);
    if (table == nullptr) return reversed;
    const auto family = descendants(before, *table);
    if (family.empty()) return reversed;
    if (const auto* dropped = std::get_if<DropIndex>(&operation)) {
        const auto* index = named(before.find(*table)->indexes, dropped->name);
        if (index != nullptr && index->only) return reversed;  // it had no parts that go with it
    }
    MetaData state = before;
    migrate::apply(state, operation);
    std::vector<Operation> list;
    std::vector<Operation> last;  // what the partitions' parts become a part of
    for (auto& each : reversed) {
        const bool makes = std::visit(
            [](const auto& op) {
                using Op = std::decay_t<decltype(op)>;
                return std::is_same_v<Op, CreateIndex> || std::is_same_v<Op, AddUnique> ||
                       std::is_same_v<Op, AddPrimaryKey> || std::is_same_v<Op, AddCheck> ||
                       std::is_same_v<Op, AddForeignKey> || std::is_same_v<Op, AddExclude>;
            },
            each);
        if (makes || !last.empty()) {
            last.push_back(std::move(each));
        } else {
            migrate::apply(state, each);
            list.push_back(std::move(each));
        }
    }
    for (const Table* old : family) {
        const Table* now = state.find(old->name);
        if (now == nullptr) continue;
        for (const auto& column : old->columns) {
            const Column* const other = now->find_column(column.name);
            if (other == nullptr || *other == column) continue;
            auto patch = schema::difference(*other, column);
            patch.keep(&Column::type).keep(&Column::computed).keep(&Column::computed_virtual).keep(&Column::inherited);
            if (patch.empty()) continue;
            list.emplace_back(AlterColumn{old->name, column.name, std::move(patch)});
            migrate::apply(state, list.back());
            now = state.find(old->name);
        }
    }
    for (auto old = family.rbegin(); old != family.rend(); ++old) {
        const Table* const now = state.find((*old)->name);
        if (now == nullptr) continue;
        const auto there = pieces_of(*now);
        for (const auto& piece : pieces_of(**old)) {
            if (contains(there, piece)) continue;
            if (auto made = making(**old, piece)) list.push_back(std::move(*made));
            schema::TablePatch patch;
            detail::marks_of(**old, piece.name).say_in(patch, **old);
            if (!patch.empty()) list.emplace_back(AlterTable{(*old)->name, std::move(patch)});
        }
    }
    std::move(last.begin(), last.end(), std::back_inserter(list));
    return list;
}

namespace {

/// What an operation makes or drops.
struct Touched {
    QualifiedName table;
    std::string name;
    bool operator==(const Touched&) const = default;
};
std::optional<Touched> dropped_by(const Operation& operation) {
    if (const auto* index = std::get_if<DropIndex>(&operation)) return Touched{index->table, index->name};
    if (const auto* constraint = std::get_if<DropConstraint>(&operation))
        return Touched{constraint->table, constraint->name};
    return std::nullopt;
}
std::optional<Touched> made_by(const Operation& operation) {
    return std::visit(
        [](const auto& op) -> std::optional<Touched> {
            if constexpr (requires { op.index.elements; }) return Touched{op.table, op.index.name};
            if constexpr (requires { op.constraint.name; }) return Touched{op.table, op.constraint.name};
            return std::nullopt;
        },
        operation);
}

/// Whether the operation says of its table no more than that it is clustered on this index or identified by it.
bool only_marks(const Operation& operation, const Touched& index) {
    const auto* alter = std::get_if<AlterTable>(&operation);
    if (alter == nullptr || alter->table != index.table) return false;
    Table probe;
    alter->patch.apply(probe);
    const auto marks = detail::marks_of(probe, index.name);
    auto rest = alter->patch;
    return (marks.cluster_on || marks.replica_identity) &&
           rest.keep(&Table::cluster_on).keep(&Table::replica_identity).empty();
}

const Piece* piece_named(const std::vector<Piece>& pieces, const std::string& name) { return named(pieces, name); }

/// The piece was not made: what it took in is alone.
void withdraw(MetaData& state, Table& table, const Piece& piece) {
    remove(table, piece);
    if (piece.kind != Piece::Kind::index) return;
    for (auto& other : state.tables)
        for (auto& index : other.indexes)
            if (index.attached_to == index_of(table, piece.name)) index.attached_to = {};
}

}  // namespace

void leave_out_lost_parts(std::vector<Operation>& list, MetaData state) {
    const auto& tables = state.tables;
    if (std::all_of(tables.begin(), tables.end(), [](const Table& table) { return table.partition_of.empty(); }))
        return;
    std::vector<Operation> kept;
    for (auto& operation : list) {
        const auto dropped = dropped_by(operation);
        const auto made = made_by(operation);
        const auto& touched = dropped ? dropped : made;
        Table* const table = touched ? state.find(touched->table) : nullptr;
        // A partition has its exclude constraints for itself.
        const bool exclude = table != nullptr && (std::holds_alternative<AddExclude>(operation) ||
                                                  named(table->excludes, touched->name) != nullptr);
        if (table == nullptr || table->partition_of.empty() || exclude) {
            migrate::apply(state, operation);
            kept.push_back(std::move(operation));
            continue;
        }
        const auto pieces = pieces_of(*table);
        const Piece* const piece = piece_named(pieces, touched->name);
        if (made) {
            if (piece != nullptr) continue;  // it has stayed
        } else {
            if (piece == nullptr) continue;  // it is gone
            const auto making =
                std::find_if(kept.begin(), kept.end(), [&](const Operation& each) { return made_by(each) == touched; });
            if (making != kept.end()) {
                kept.erase(making);
                std::erase_if(kept, [&](const Operation& each) { return only_marks(each, *touched); });
                withdraw(state, *table, *piece);
                continue;
            }
        }
        migrate::apply(state, operation);
        kept.push_back(std::move(operation));
    }
    list = std::move(kept);
}

}  // namespace strata::migrate
