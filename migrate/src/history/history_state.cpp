#include "history_state.hpp"

#include "operations/enum_labels.hpp"
#include "operations/lookup.hpp"
#include "operations/unread.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace strata::migrate {

namespace {

bool is_opaque(const Operation& operation) { return std::holds_alternative<Execute>(operation); }

/// Applies the operations. One that does not fit is passed over and makes the state opaque. Returns what is wrong with
/// the first one that does not fit although none of the user's own SQL in the list could have made it fit.
std::optional<std::string> apply_all(HistoryState& state, const std::vector<Operation>& operations) {
    std::optional<std::string> wrong;
    bool of_user = false;
    for (const auto& operation : operations) {
        of_user = of_user || is_opaque(operation);
        try {
            apply(state.metadata, operation, state.unread);
        } catch (const MigrationError& error) {
            state.opaque = true;
            if (!wrong && !of_user) wrong = describe(operation) + ": " + error.what();
        }
    }
    state.opaque = state.opaque || of_user;
    return wrong;
}

std::string unread_reason(const Unread& unread) {
    return "a name was renamed, and only the database knows what that makes of the expressions of table " +
           *unread.tables.begin() + "; put the rename in a revision of its own, and go on from there online";
}

[[noreturn]] void refuse(const Revision& revision, const std::string& wrong) {
    throw MigrationError("revision " + revision.label() + ": " + wrong);
}

/// The table that an operation changes; empty when it creates a table or is opaque.
struct ChangedTable {
    schema::QualifiedName operator()(const CreateTable&) const { return {}; }
    schema::QualifiedName operator()(const RenameTable& op) const { return op.from; }
    schema::QualifiedName operator()(const CreateObject&) const { return {}; }
    schema::QualifiedName operator()(const DropObject&) const { return {}; }
    schema::QualifiedName operator()(const ReplaceObject&) const { return {}; }
    schema::QualifiedName operator()(const RenameObject&) const { return {}; }
    schema::QualifiedName operator()(const SetPrivileges&) const { return {}; }
    schema::QualifiedName operator()(const AllowDestructive&) const { return {}; }
    schema::QualifiedName operator()(const RenameEnumLabel&) const { return {}; }
    schema::QualifiedName operator()(const ChangeRows& op) const { return op.after.table; }
    schema::QualifiedName operator()(const Execute&) const { return {}; }
    schema::QualifiedName operator()(const Run&) const { return {}; }
    template <class O>
    schema::QualifiedName operator()(const O& op) const {
        return op.table;
    }
};

bool same_columns(const schema::Table& left, const schema::Table& right) {
    return std::equal(left.columns.begin(), left.columns.end(), right.columns.begin(), right.columns.end(),
                      [](const auto& a, const auto& b) { return a.name == b.name; });
}

/// Whether an operation may make again what is not known.
bool uses_unread(const Unread& unread, const std::vector<Operation>& operations) {
    return std::any_of(operations.begin(), operations.end(), [&](const Operation& operation) {
        const bool of_objects =
            std::holds_alternative<DropObject>(operation) || std::holds_alternative<ReplaceObject>(operation) ||
            std::holds_alternative<RenameObject>(operation) || std::holds_alternative<AlterColumn>(operation);
        return unread.tables.contains(std::visit(ChangedTable{}, operation)) || (of_objects && !unread.objects.empty());
    });
}

/// A column's type is not changed while the expressions of its table are not known, since those that mention it are
/// taken off and made again around it.
void need_read(HistoryState state, const Revision& revision, const std::vector<Operation>& operations) {
    for (const auto& operation : operations) {
        const auto* altered = std::get_if<AlterColumn>(&operation);
        if (altered != nullptr && altered->patch.find(&schema::Column::type) != nullptr &&
            state.unread.tables.contains(altered->table))
            refuse(revision, describe(operation) + ": " + unread_reason(state.unread));
        try {
            apply(state.metadata, operation, state.unread);
        } catch (const MigrationError&) {  // whether that matters is decided elsewhere
        }
    }
}

}  // namespace

HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids) {
    HistoryState state;
    for (const Revision* revision : graph.ancestors(ids)) apply_all(state, revision->upgrade_operations());
    return state;
}

PreparedState prepare_state(const HistoryState& history, const Revision& revision,
                            const std::vector<Operation>& operations, const std::function<schema::MetaData()>& live) {
    PreparedState prepared{std::nullopt, history};
    const auto wrong = apply_all(prepared.after, operations);
    const bool unread = uses_unread(history.unread, operations);
    if (!history.opaque && !wrong && !unread) {
        if (!prepared.after.unread.tables.empty()) need_read(history, revision, operations);
        return prepared;
    }
    std::set<schema::QualifiedName> names;
    for (const auto& operation : operations) names.insert(std::visit(ChangedTable{}, operation));
    HistoryState state = history;
    auto database = live();
    name_enum_types(database, history.metadata);
    for (auto& there : database.tables) {
        schema::name_constraints(there);
        auto* known = state.metadata.find(there.name);
        if (known == nullptr)
            state.metadata.tables.push_back(there);
        else if (state.unread.tables.erase(there.name) > 0 ||
                 (names.contains(there.name) && (wrong || !same_columns(*known, there))))
            *known = there;
    }
    for (const auto& there : database.objects) {
        auto* known = state.metadata.find(there.ref);
        if (known != nullptr && state.unread.objects.erase(there.ref) > 0)
            *known = there;
        else if (known == nullptr && !is_type_of_column(history.metadata, there.ref))
            state.metadata.objects.push_back(there);
    }
    prepared.live = state.metadata;
    need_read(state, revision, operations);
    // None of the user's own SQL could have made it fit: then it must fit the history.
    if (!history.opaque && apply_all(state, operations)) refuse(revision, *wrong);
    return prepared;
}

const HistoryState& ReplayedHistory::at(const RevisionIds& ids) {
    if (ids_ != ids) {
        state_ = replay_history(graph_, ids);
        ids_ = ids;
    }
    return state_;
}

void ReplayedHistory::advance(RevisionIds ids, HistoryState state) {
    ids_ = std::move(ids);
    state_ = std::move(state);
}

schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids) {
    HistoryState state;
    for (const Revision* revision : graph.ancestors(ids)) {
        const bool opaque = state.opaque;
        const auto wrong = apply_all(state, revision->upgrade_operations());
        if (wrong && !opaque) refuse(*revision, *wrong);
    }
    if (!state.unread.tables.empty()) throw MigrationError(unread_reason(state.unread));
    return std::move(state.metadata);
}

}  // namespace strata::migrate
