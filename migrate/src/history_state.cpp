#include "history_state.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/naming.hpp>

#include <algorithm>
#include <set>

namespace strata::migrate {

namespace {

bool is_opaque(const Operation& operation) { return std::holds_alternative<Execute>(operation); }

void apply_all(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations) {
    for (const auto& operation : operations) {
        if (is_opaque(operation)) state.opaque = true;
        try {
            apply(state.metadata, operation);
        } catch (const MigrationError& error) {
            if (state.opaque) continue;
            throw MigrationError("revision " + revision.label() + ": " + describe(operation) + ": " + error.what());
        }
    }
}

/// The table an operation changes; empty for one that makes a table or is opaque.
struct ChangedTable {
    std::string operator()(const CreateTable&) const { return {}; }
    std::string operator()(const RenameTable& op) const { return op.from; }
    std::string operator()(const Execute&) const { return {}; }
    std::string operator()(const Run&) const { return {}; }
    template <class O>
    std::string operator()(const O& op) const {
        return op.table;
    }
};

bool same_columns(const schema::Table& left, const schema::Table& right) {
    return std::equal(left.columns.begin(), left.columns.end(), right.columns.begin(), right.columns.end(),
                      [](const auto& a, const auto& b) { return a.name == b.name; });
}

}  // namespace

/// What a revision did that has run is not in doubt: where it does not follow from the revisions before it, the
/// database had been changed by hand.
HistoryState replay_history(const RevisionGraph& graph, const RevisionIds& ids) {
    HistoryState state;
    for (const Revision* revision : graph.ancestors(ids)) {
        for (const auto& operation : revision->upgrade_operations()) {
            state.opaque = state.opaque || is_opaque(operation);
            try {
                apply(state.metadata, operation);
            } catch (const MigrationError&) {
                state.opaque = true;
            }
        }
    }
    return state;
}

namespace {

/// Takes the tables that the operations change as the database has them.
void look_up(HistoryState& state, const std::vector<Operation>& operations, const schema::MetaData& database,
             bool also_with_same_columns) {
    std::set<std::string> names;
    for (const auto& operation : operations) names.insert(std::visit(ChangedTable{}, operation));
    for (const auto& name : names) {
        const auto* there = database.find(name);
        if (there == nullptr) continue;
        auto* known = state.metadata.find(name);
        if (known == nullptr) {
            state.metadata.tables.push_back(*there);
        } else if (also_with_same_columns || !same_columns(*known, *there)) {
            *known = *there;
        }
    }
}

}  // namespace

void prepare_state(HistoryState& state, const Revision& revision, const std::vector<Operation>& operations,
                   const std::function<schema::MetaData()>& live) {
    if (state.opaque) look_up(state, operations, live(), false);
    HistoryState after = state;
    try {
        apply_all(after, revision, operations);
    } catch (const MigrationError&) {
        // A revision may well take away what was made by hand.
        auto database = live();
        for (auto& table : database.tables) schema::name_constraints(table);
        look_up(state, operations, database, true);
        after = state;
        apply_all(after, revision, operations);
    }
}

schema::MetaData replay(const RevisionGraph& graph, const RevisionIds& ids) {
    return replay_history(graph, ids).metadata;
}

}  // namespace strata::migrate
