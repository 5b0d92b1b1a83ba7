#include "history_state.hpp"

#include "operations/lookup.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <set>

namespace strata::migrate {

namespace {

bool is_opaque(const Operation& operation) { return std::holds_alternative<Execute>(operation); }

/// What to do when an operation does not fit. refused: throw. tolerated: mark the history as opaque and go on.
enum class Mismatch { refused, tolerated };

void apply_all(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
               Mismatch mismatch = Mismatch::refused) {
    for (const auto& operation : operations) {
        if (is_opaque(operation)) state.opaque = true;
        try {
            apply(state.metadata, operation);
        } catch (const MigrationError& error) {
            if (mismatch == Mismatch::tolerated) state.opaque = true;
            if (state.opaque) continue;
            throw MigrationError("revision " + revision.label() + ": " + describe(operation) + ": " + error.what());
        }
    }
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

}  // namespace

HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids) {
    HistoryState state;
    for (const Revision* revision : graph.ancestors(ids))
        apply_all(state, *revision, revision->upgrade_operations(), Mismatch::tolerated);
    return state;
}

void prepare_state(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
                   const std::function<schema::MetaData()>& live) {
    const auto fits = [&] {
        try {
            HistoryState after{state.metadata};
            apply_all(after, revision, operations);
            return true;
        } catch (const MigrationError&) {
            return false;
        }
    };
    const auto history = state;
    const bool fitted = fits();
    if (state.opaque || !fitted) {
        std::set<schema::QualifiedName> names;
        for (const auto& operation : operations) names.insert(std::visit(ChangedTable{}, operation));
        auto database = live();
        for (auto& there : database.tables) {
            schema::name_constraints(there);
            auto* known = state.metadata.find(there.name);
            if (known == nullptr)
                state.metadata.tables.push_back(there);
            else if (names.contains(there.name) && (!fitted || !same_columns(*known, there)))
                *known = there;
        }
        for (const auto& there : database.objects)
            if (state.metadata.find(there.ref) == nullptr && !is_type_of_column(history.metadata, there.ref))
                state.metadata.objects.push_back(there);
        // None of the user's own SQL could have made it fit: then it must fit the history.
        if (!history.opaque && !fits()) state = history;
    }
    HistoryState after = state;
    apply_all(after, revision, operations);
}

schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids) {
    HistoryState state;
    for (const Revision* revision : graph.ancestors(ids)) apply_all(state, *revision, revision->upgrade_operations());
    return std::move(state.metadata);
}

}  // namespace strata::migrate
