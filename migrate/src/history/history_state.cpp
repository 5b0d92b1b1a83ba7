#include "history_state.hpp"

#include "operations/enum_labels.hpp"
#include "operations/lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/text.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace strata::migrate {

namespace {

using schema::ObjectKind;
using schema::ObjectRef;
using schema::QualifiedName;

/// SQL of which only the database knows what it does.
const Execute* own_sql(const Operation& operation) {
    const auto* sql = std::get_if<Execute>(&operation);
    return sql != nullptr && sql->declared == nullptr ? sql : nullptr;
}

/// What an operation needs to be as the state says. It has the operation's declared ones too.
struct Needed {
    std::vector<QualifiedName> tables{};
    std::vector<ObjectRef> objects{};

    void operator()(const CreateTable& op) {
        for (const auto& key : op.table.foreign_keys)
            if (key.referred_table != op.table.name) tables.push_back(key.referred_table);
        if (!op.table.partition_of.empty()) tables.push_back(op.table.partition_of);
        tables.insert(tables.end(), op.table.inherits.begin(), op.table.inherits.end());
        if (!op.restored_from.empty()) tables.emplace_back(op.table.name.schema, op.restored_from);
        for (const auto& column : op.table.columns) take(column.type);
    }
    void operator()(const RenameTable& op) { tables.push_back(op.from); }
    void operator()(const AddColumn& op) {
        tables.push_back(op.table);
        take(op.column.type);
    }
    void operator()(const AlterColumn& op) {
        tables.push_back(op.table);
        if (const auto* type = op.patch.find(&schema::Column::type)) take(*type);
    }
    void operator()(const AlterTable& op) {
        tables.push_back(op.table);
        const auto* parent = op.patch.find(&schema::Table::partition_of);
        if (parent != nullptr && !parent->empty()) tables.push_back(*parent);
    }
    void operator()(const AddForeignKey& op) { tables.insert(tables.end(), {op.table, op.constraint.referred_table}); }
    void operator()(const CreateObject&) {}
    void operator()(const DropObject& op) { objects.push_back(op.object); }
    void operator()(const ReplaceObject& op) { objects.push_back(op.after.ref); }
    void operator()(const RenameObject& op) { objects.push_back(op.object); }
    void operator()(const RenameEnumLabel& op) { objects.push_back({ObjectKind::enum_type, op.type}); }
    void operator()(const ChangeRows& op) { tables.push_back(op.after.table); }
    void operator()(const SetPrivileges&) {}
    void operator()(const AllowDestructive&) {}
    void operator()(const Execute& op) {
        if (op.declared)
            for (const auto& each : op.declared->operations) std::visit(*this, each);
    }
    void operator()(const Run&) {}
    template <class O>
    void operator()(const O& op) {
        tables.push_back(op.table);
    }
    void take(const schema::Type& type) {
        if (const auto* labelled = type.enum_type()) objects.push_back({ObjectKind::enum_type, labelled->name});
    }
};

Needed needed_by(const Operation& operation) {
    Needed needed;
    std::visit([&](const auto& op) { needed(op); }, operation);
    return needed;
}

bool needs_unknown(const ReplayState& state, const Operation& operation) {
    if (!state.unknown().any) return false;
    const auto needed = needed_by(operation);
    return std::any_of(needed.tables.begin(), needed.tables.end(),
                       [&](const auto& table) { return state.is_unknown(table); }) ||
           std::any_of(needed.objects.begin(), needed.objects.end(),
                       [&](const auto& object) { return state.is_unknown(object); });
}

/// Whether it matters what else may depend on what the operation changes.
bool has_dependents(const Operation& operation) {
    return std::holds_alternative<DropTable>(operation) || std::holds_alternative<RenameTable>(operation) ||
           std::holds_alternative<DropColumn>(operation) || std::holds_alternative<RenameColumn>(operation) ||
           std::holds_alternative<AlterColumn>(operation) || std::holds_alternative<DropIndex>(operation) ||
           std::holds_alternative<DropConstraint>(operation) || std::holds_alternative<DropObject>(operation) ||
           std::holds_alternative<ReplaceObject>(operation) || std::holds_alternative<RenameObject>(operation) ||
           std::holds_alternative<RenameEnumLabel>(operation);
}

/// Whether the statements of the operation depend on more of its table than its name.
bool needs_shape(const Operation& operation) {
    const auto* altered = std::get_if<AlterColumn>(&operation);
    const auto* dropped = std::get_if<DropTable>(&operation);
    const auto* column = std::get_if<DropColumn>(&operation);
    const auto* created = std::get_if<CreateTable>(&operation);
    const auto* added = std::get_if<AddColumn>(&operation);
    return (altered != nullptr && (altered->patch.find(&schema::Column::type) != nullptr ||
                                   altered->patch.find(&schema::Column::computed) != nullptr ||
                                   altered->patch.find(&schema::Column::identity) != nullptr)) ||
           (dropped != nullptr && !dropped->kept_as.empty()) || (column != nullptr && !column->kept_as.empty()) ||
           (created != nullptr && !created->restored_from.empty()) ||
           (added != nullptr && !added->restored_from.empty()) || std::holds_alternative<RenameObject>(operation);
}

/// The user's own SQL may have dropped a table that is created now.
bool created_anew(ReplayState& state, const Operation& operation) {
    const auto* created = std::get_if<CreateTable>(&operation);
    if (created == nullptr || !state.unknown().tables.contains(created->table.name)) return false;
    state.forget(created->table.name);
    try {
        state.apply(operation);
    } catch (const MigrationError&) {
        return false;
    }
    return true;
}

/// What the database has of it is not what the state says.
void lose(ReplayState& state, const Operation& operation, const std::string& revision) {
    if (const auto* created = std::get_if<CreateTable>(&operation)) state.lose(created->table.name, revision);
    for (const auto& table : needed_by(operation).tables) state.lose(table, revision);
}

/// Applies the operations. One that does not fit is passed over, and what it is about becomes unknown. Returns what is
/// wrong with the first one that does not fit although none of the user's own SQL could have made it fit.
std::optional<std::string> apply_all(ReplayState& state, const std::vector<Operation>& operations,
                                     const Revision& revision, const core::Dialect* dialect) {
    std::optional<std::string> wrong;
    bool of_user = false;
    for (const auto& operation : operations) {
        if (const auto* sql = own_sql(operation)) {
            state.note_sql(*sql, revision.label(), dialect);
            of_user = true;
            continue;
        }
        try {
            state.apply(operation);
        } catch (const MigrationError& error) {
            if (created_anew(state, operation)) continue;
            if (!wrong && !of_user && !needs_unknown(state, operation))
                wrong = describe(operation) + ": " + error.what();
            lose(state, operation, revision.label());
        }
    }
    return wrong;
}

/// What is wrong with the first operation that does not fit what the database has, before the user's own SQL.
std::optional<std::string> misfit(schema::MetaData state, const std::vector<Operation>& operations) {
    for (const auto& operation : operations) {
        if (own_sql(operation) != nullptr) break;
        try {
            apply(state, operation);
        } catch (const MigrationError& error) {
            return describe(operation) + ": " + error.what();
        }
    }
    return std::nullopt;
}

std::string unread_reason(const Unread& unread) {
    return "a name was renamed, and only the database knows what that makes of the expressions of table " +
           *unread.tables.begin() + "; put the rename in a revision of its own, and go on from there online";
}

[[noreturn]] void refuse(const Revision& revision, const std::string& wrong) {
    throw MigrationError("revision " + revision.label() + ": " + wrong);
}

bool same_columns(const schema::Table& left, const schema::Table& right) {
    return std::equal(left.columns.begin(), left.columns.end(), right.columns.begin(), right.columns.end(),
                      [](const auto& a, const auto& b) { return a.name == b.name; });
}

/// Whether an operation may make again what is not known.
bool uses_unread(const Unread& unread, const std::vector<Operation>& operations) {
    if (unread.empty()) return false;
    return std::any_of(operations.begin(), operations.end(), [&](const Operation& operation) {
        const bool of_objects =
            std::holds_alternative<DropObject>(operation) || std::holds_alternative<ReplaceObject>(operation) ||
            std::holds_alternative<RenameObject>(operation) || std::holds_alternative<AlterColumn>(operation);
        const auto needed = needed_by(operation);
        return (of_objects && !unread.objects.empty()) ||
               std::any_of(needed.tables.begin(), needed.tables.end(),
                           [&](const auto& table) { return unread.tables.contains(table); });
    });
}

/// A column's type is not changed while the expressions of its table are not known, since those that mention it are
/// taken off and made again around it.
void need_read(schema::MetaData state, Unread unread, const Revision& revision,
               const std::vector<Operation>& operations) {
    for (const auto& operation : operations) {
        const auto* altered = std::get_if<AlterColumn>(&operation);
        if (altered != nullptr && altered->patch.find(&schema::Column::type) != nullptr &&
            unread.tables.contains(altered->table))
            refuse(revision, describe(operation) + ": " + unread_reason(unread));
        try {
            apply(state, operation, unread);
        } catch (const MigrationError&) {  // whether that matters is decided elsewhere
        }
    }
}

/// Replaces in the state what is not known by what the database has, and adds what it has besides. `named` are tables
/// that operations need, and `misfits` is whether they do not fit them as they are.
void take_live(schema::MetaData& state, Unread& unread, const Unknown& unknown, const schema::MetaData& database,
               const std::set<QualifiedName>& named, bool misfits) {
    const auto was = state;
    std::erase_if(state.tables, [&](const schema::Table& table) {
        return unknown.tables.contains(table.name) && database.find(table.name) == nullptr;
    });
    std::erase_if(state.objects, [&](const schema::Object& object) {
        return unknown.objects.contains(object.ref) && database.find(object.ref) == nullptr;
    });
    for (auto there : database.tables) {
        schema::name_constraints(there);
        auto* known = state.find(there.name);
        if (known == nullptr)
            state.tables.push_back(std::move(there));
        else if (unread.tables.erase(there.name) > 0 || unknown.tables.contains(there.name) ||
                 (named.contains(there.name) && (misfits || !same_columns(*known, there))))
            *known = std::move(there);
    }
    for (const auto& there : database.objects) {
        auto* known = state.find(there.ref);
        if (known != nullptr && (unread.objects.erase(there.ref) > 0 || unknown.objects.contains(there.ref)))
            *known = there;
        else if (known == nullptr && !is_type_of_column(was, there.ref))
            state.objects.push_back(there);
    }
}

bool same(const RevisionIds& left, const RevisionIds& right) {
    return std::is_permutation(left.begin(), left.end(), right.begin(), right.end());
}

const RevisionIds base{};

}  // namespace

std::string unknown_reason(const ReplayState& state, const Operation& operation) {
    const auto needed = needed_by(operation);
    const auto tell = [](const std::string& what, const std::string& revision) {
        return "only the database knows what " + what + " is since revision " + revision +
               "; run it online, or say what the SQL there does with declares() or touches()";
    };
    const auto label = [&](const auto& map, const auto& key, const std::string& name) {
        const auto known = map.find(key);
        return known != map.end() ? known->second : state.unknown().names.at(core::internal::lower(name));
    };
    for (const auto& table : needed.tables)
        if (state.is_unknown(table)) return tell("table " + table, label(state.unknown().tables, table, table.name));
    for (const auto& object : needed.objects)
        if (state.is_unknown(object))
            return tell(object.text(), label(state.unknown().objects, object, object.name.name));
    return {};
}

PreparedState ReplayedHistory::prepare(const RevisionIds& ids, const Revision& revision,
                                       const std::vector<Operation>& operations, const Live& live) {
    go_to(ids, false);
    const auto mark = state_.mark();
    const bool any = state_.unknown().any;
    bool asks = uses_unread(state_.unread(), operations);
    for (const auto& operation : operations)
        asks = asks || needs_unknown(state_, operation) || (any && has_dependents(operation));
    const auto wrong = apply_all(state_, operations, revision, dialect_);
    const bool renamed = !state_.unread().tables.empty();
    state_.undo_to(mark);
    if (!wrong && !asks) {
        PreparedState prepared{state_.around(operations)};
        if (renamed) need_read(prepared.before, state_.unread(), revision, operations);
        return prepared;
    }
    auto database = live();
    if (!database) return prepare_blind(revision, operations, wrong);
    name_enum_types(*database, state_.metadata());
    std::set<QualifiedName> named;
    for (const auto& operation : operations)
        for (const auto& table : needed_by(operation).tables) named.insert(table);
    PreparedState prepared;
    auto state = state_.metadata();
    auto unread = state_.unread();
    take_live(state, unread, state_.unknown(), *database, named, wrong.has_value());
    need_read(state, unread, revision, operations);
    // None of the user's own SQL could have made it fit: then it must fit the history.
    if (!any)
        if (const auto reason = misfit(state, operations)) refuse(revision, wrong.value_or(*reason));
    prepared.before = std::move(state);
    return prepared;
}

PreparedState ReplayedHistory::prepare_blind(const Revision& revision, const std::vector<Operation>& operations,
                                             const std::optional<std::string>& wrong) {
    if (wrong) refuse(revision, *wrong);
    PreparedState prepared{state_.around(operations)};
    for (const auto& operation : operations) {
        if (!needs_unknown(state_, operation)) continue;
        if (needs_shape(operation)) refuse(revision, describe(operation) + ": " + unknown_reason(state_, operation));
        prepared.blind = true;
    }
    need_read(prepared.before, state_.unread(), revision, operations);
    return prepared;
}

const RevisionIds& ReplayedHistory::ids_before_last() const {
    return entries_.size() < 2 ? base : entries_[entries_.size() - 2].ids;
}

void ReplayedHistory::step_back() {
    state_.undo_to(entries_.back().mark);
    entries_.pop_back();
}

void ReplayedHistory::replay(const Revision& revision, bool strictly) {
    auto ids = graph_.after_upgrade(entries_.empty() ? base : entries_.back().ids, revision);
    const bool any = state_.unknown().any;
    const auto operations = revision.upgrade_operations();
    entries_.push_back({&revision, std::move(ids), state_.mark()});
    const auto wrong = apply_all(state_, operations, revision, dialect_);
    if (wrong && strictly && !any) refuse(revision, *wrong);
}

void ReplayedHistory::go_to(const RevisionIds& ids, bool strictly) {
    if (same(ids, entries_.empty() ? base : entries_.back().ids)) return;
    if (!entries_.empty() && same(ids, ids_before_last())) return step_back();
    const auto path = graph_.ancestors(ids);
    std::size_t kept = 0;
    while (kept < entries_.size() && kept < path.size() && entries_[kept].revision == path[kept]) ++kept;
    while (entries_.size() > kept) step_back();
    for (; kept < path.size(); ++kept) replay(*path[kept], strictly);
}

const ReplayState& ReplayedHistory::at(const RevisionIds& ids) {
    go_to(ids, false);
    return state_;
}

const ReplayState& ReplayedHistory::strictly_at(const RevisionIds& ids) {
    go_to(ids, true);
    return state_;
}

void ReplayedHistory::on_trial(const RevisionIds& ids, const std::function<void(ReplayState&)>& job) {
    go_to(ids, false);
    const auto mark = state_.mark();
    try {
        job(state_);
    } catch (...) {
        state_.undo_to(mark);
        throw;
    }
    state_.undo_to(mark);
}

void ReplayedHistory::advance(RevisionIds ids, const Revision& revision, const std::vector<Operation>& operations) {
    entries_.push_back({&revision, std::move(ids), state_.mark()});
    apply_all(state_, operations, revision, dialect_);
}

schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids) {
    ReplayedHistory history(graph);
    const auto& state = history.strictly_at(ids);
    if (!state.unread().tables.empty()) throw MigrationError(unread_reason(state.unread()));
    return state.metadata();
}

}  // namespace strata::migrate
