#include "fitting.hpp"
#include "history/history_state.hpp"
#include "linear_history.hpp"
#include "operations/compiler.hpp"
#include "operations/described.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/migrate/branches.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace strata::migrate {
namespace {

using Verdict = BranchVerdict::Kind;

/// Where it depends on what only the database knows.
class NotKnown : public MigrationError {
public:
    using MigrationError::MigrationError;
};

schema::MetaData metadata_of(Rehearsal& rehearsal) {
    try {
        return rehearsal.metadata();
    } catch (const MigrationError& error) {
        throw NotKnown(error.what());
    }
}

/// What the user's own SQL of the branch touches, as far as that is known.
std::set<std::string> touched_by_sql(const RevisionGraph& graph, const RevisionIds& common, const Revisions& branch,
                                     const core::Dialect& dialect) {
    std::set<std::string> touched;
    ReplayedHistory history(graph, &dialect);
    history.on_trial(common, [&](ReplayState& state) {
        for (const Revision* revision : branch) {
            for (const auto& operation : revision->upgrade_operations()) {
                const auto* sql = std::get_if<Execute>(&operation);
                if (sql == nullptr || sql->declared != nullptr) continue;
                const std::string mark = revision->label();
                state.note_sql(*sql, mark, &dialect);
                const auto take = [&](const auto& map, const auto& text) {
                    for (const auto& [key, label] : map)
                        if (label == mark) touched.insert(text(key));
                };
                take(state.unknown().tables, [](const auto& table) { return table.text(); });
                take(state.unknown().objects, [](const auto& object) { return object.text(); });
                take(state.unknown().names, [](const auto& name) { return name; });
            }
        }
    });
    return touched;
}

/// Runs both branches in this order, and returns what is there then, without what is not known.
schema::MetaData run_in_order(const RevisionGraph& graph, const RevisionIds& common, const Revisions& first,
                              const Revisions& second, const core::Dialect& dialect, const FollowHistory& follow) {
    const auto& compiler = detail::dialect_compiler(dialect);
    RevisionIds onto = common;
    for (const Revision* revision : first) onto = graph.after_upgrade(onto, *revision);
    LinearHistory history(graph, common, first, onto, second);
    auto rehearsal = rehearsal_of(dialect, history.graph(), common, follow);
    const Fitting fitting{[&](const schema::QualifiedName& table) {
                              const auto* unknown = rehearsal.not_followed();
                              return unknown == nullptr || !unknown->is_unknown(table);
                          },
                          operations_of(first), compiler.allows_dangling_keys()};
    for (const Revision* revision : first) rehearse(rehearsal, *revision);
    for (const Revision& revision : history.second()) {
        const auto operations = revision.upgrade_operations();
        if (const auto* unknown = rehearsal.not_followed())
            for (const auto& operation : operations)
                if (const auto reason = unknown_reason(*unknown, operation); !reason.empty())
                    throw NotKnown("revision " + revision.label() + ": " + describe(operation) + ": " + reason);
        auto state = metadata_of(rehearsal);
        try {
            apply_fitting(state, operations, compiler, fitting);
        } catch (const MigrationError& error) {
            throw MigrationError("revision " + revision.label() + ": " + error.what());
        }
        rehearse(rehearsal, revision);
    }
    auto end = metadata_of(rehearsal);
    if (const auto* unknown = rehearsal.not_followed()) {
        std::erase_if(end.tables, [&](const auto& table) { return unknown->is_unknown(table.name); });
        std::erase_if(end.objects, [&](const auto& object) { return unknown->is_unknown(object.ref); });
    }
    return end;
}

std::string names_of(const Revisions& branch) {
    RevisionIds ids;
    for (const Revision* revision : branch) ids.push_back(revision->id);
    return join(ids);
}

std::string in_order(const Revisions& first, const Revisions& second) {
    return names_of(first) + " before " + names_of(second) + ": ";
}

}  // namespace

Branches branches_of(const RevisionGraph& graph, const RevisionIds& mine, const RevisionIds& theirs) {
    Branches branches;
    branches.their_heads = theirs;
    for (const Revision* revision : graph.ancestors(mine))
        if (!graph.applied(theirs, *revision)) branches.mine.push_back(revision);
    for (const Revision* revision : graph.ancestors(theirs)) {
        if (graph.applied(mine, *revision))
            branches.common = graph.after_upgrade(branches.common, *revision);
        else
            branches.theirs.push_back(revision);
    }
    return branches;
}

BranchVerdict compare_branches(const RevisionGraph& graph, const Branches& branches, const core::Dialect& dialect,
                               const FollowHistory& follow) {
    BranchVerdict verdict;
    if (branches.mine.empty() || branches.theirs.empty()) return verdict;
    const auto note = [&](Verdict kind, std::string reason) {
        verdict.kind = std::max(verdict.kind, kind, [](Verdict left, Verdict right) {
            return left == Verdict::commute || (left == Verdict::unknown && right == Verdict::conflict);
        });
        verdict.reasons.push_back(one_line(std::move(reason)));
    };
    std::vector<schema::MetaData> ends;
    for (const bool mine_first : {true, false}) {
        const auto& first = mine_first ? branches.mine : branches.theirs;
        const auto& second = mine_first ? branches.theirs : branches.mine;
        try {
            ends.push_back(run_in_order(graph, branches.common, first, second, dialect, follow));
        } catch (const NotKnown& error) {
            note(Verdict::unknown, in_order(first, second) + error.what());
        } catch (const Error& error) {
            note(Verdict::conflict, in_order(first, second) + error.what());
        }
    }
    if (ends.size() == 2) {
        const auto& ddl = schema::ddl_compiler(dialect);
        const auto differences = compare_metadata(ends[0], ends[1], ddl, *schema::token_comparer());
        for (const auto& line : described(differences, ends[0], ddl))
            note(Verdict::conflict,
                 "where " + names_of(branches.mine) + " comes last instead of first, it ends with: " + line);
    }
    const bool followed = follow != nullptr || detail::dialect_compiler(dialect).keeps_text();
    if (verdict.kind != Verdict::commute || followed) return verdict;
    const auto ours = touched_by_sql(graph, branches.common, branches.mine, dialect);
    for (const auto& name : touched_by_sql(graph, branches.common, branches.theirs, dialect))
        if (ours.contains(name)) note(Verdict::unknown, "SQL of both branches touches " + name);
    return verdict;
}

}  // namespace strata::migrate
