#include "fitting.hpp"
#include "following.hpp"
#include "linear_history.hpp"
#include "operations/compiler.hpp"
#include "operations/enum_labels.hpp"
#include "run/destructive.hpp"
#include "text.hpp"

#include <strata/core/error.hpp>
#include <strata/core/internal/contains.hpp>
#include <strata/migrate/branches.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>

#include <algorithm>
#include <utility>

namespace strata::migrate {
namespace {

using core::internal::contains;

Revision::Callback recording(std::vector<Operation> operations) {
    return [operations = std::move(operations)](Operations& op) {
        for (const auto& operation : operations) op.invoke(operation);
    };
}

/// What undoes the operations, where that can be told.
std::optional<std::vector<Operation>> undoing(const std::vector<Operation>& operations,
                                              const schema::MetaData& before) {
    try {
        return reverse_all(operations, before);
    } catch (const MigrationError&) {
        return std::nullopt;
    }
}

/// The columns whose same property both branches change, so that mine has the last word: `songs.title (type)`.
std::vector<std::string> changed_by_both(const std::vector<Operation>& operations,
                                         const std::vector<Operation>& theirs) {
    std::vector<std::string> both;
    for (const auto& operation : operations) {
        const auto* mine = std::get_if<AlterColumn>(&operation);
        if (mine == nullptr) continue;
        for (const auto& other : theirs) {
            const auto* altered = std::get_if<AlterColumn>(&other);
            if (altered == nullptr || altered->table != mine->table || altered->column != mine->column) continue;
            const auto others = altered->patch.fields();
            for (const auto field : mine->patch.fields())
                if (contains(others, field))
                    both.push_back(mine->table + "." + mine->column + " (" + std::string(field) + ")");
        }
    }
    return both;
}

/// Puts one revision after another behind theirs.
class Rebase {
public:
    Rebase(const RevisionGraph& graph, const Branches& branches, const core::Dialect& dialect,
           const FollowHistory& follow)
        : branches_(branches),
          compiler_(detail::dialect_compiler(dialect)),
          history_(graph, branches.common, branches.theirs, branches.their_heads, branches.mine),
          alone_(rehearsal_of(dialect, graph, branches.common, follow)),
          behind_(rehearsal_of(dialect, history_.graph(), branches.common, follow)),
          theirs_(operations_of(branches.theirs)),
          following_(theirs_) {
        for (const Revision* revision : branches.theirs) rehearse(behind_, *revision);
    }

    std::vector<RebasedRevision> run() {
        std::vector<RebasedRevision> list;
        for (std::size_t i = 0; i < branches_.mine.size(); ++i)
            list.push_back(rebased(*branches_.mine[i], history_.second()[i]));
        go_back(list);
        return list;
    }

private:
    RebasedRevision rebased(const Revision& was, Revision& now) {
        RebasedRevision result{&was, now.revises, {}, {}};
        const auto operations = was.upgrade_operations();
        // What the user's own SQL made is not known, and then what is said of it is not derived again.
        const auto* unknown_before = alone_.not_followed();
        const bool known = (unknown_before == nullptr || !unknown_before->unknown().any) &&
                           (behind_.not_followed() == nullptr || !behind_.not_followed()->unknown().any);
        const auto before = alone_.metadata();
        const auto base = behind_.metadata();
        result.upgrade = follow(was, operations, before, base);
        need_fit(was, result.upgrade, base);
        if (was.downgrade) result.downgrade = downgrade_of(was, operations, before, result, base, known);
        result.changed =
            result.upgrade != operations || (result.downgrade && *result.downgrade != was.downgrade_operations());
        for (const auto& each : changed_by_both(result.upgrade, theirs_))
            result.notes.push_back("both branches change " + each + ", and this revision comes last");
        result.upgrade_notes = destructive_notes(result.upgrade, base);
        now.upgrade = recording(result.upgrade);
        if (result.downgrade) now.downgrade = recording(*result.downgrade);
        rehearse(alone_, was);
        rehearse(behind_, now);
        return result;
    }

    std::vector<Operation> follow(const Revision& was, const std::vector<Operation>& operations,
                                  schema::MetaData before, const schema::MetaData& base) {
        std::vector<Operation> list;
        for (const auto& operation : operations) {
            try {
                list.push_back(following_.followed(operation, before));
            } catch (const MigrationError& error) {
                fail(was, describe(operation) + ": " + error.what());
            }
            join_labels(operation, list.back(), before, base);
            try {
                apply(before, operation);
            } catch (const MigrationError&) {  // NOLINT(bugprone-empty-catch): after the user's own SQL
            }
        }
        return list;
    }

    /// Where both add labels to an enum type, the type has all of them.
    static void join_labels(const Operation& was, Operation& now, const schema::MetaData& before,
                            const schema::MetaData& base) {
        const auto* old = std::get_if<AlterColumn>(&was);
        auto* altered = std::get_if<AlterColumn>(&now);
        const auto* type = old == nullptr ? nullptr : old->patch.find(&schema::Column::type);
        if (type == nullptr || type->enum_type() == nullptr) return;
        const auto& name = type->enum_type()->name;
        const auto* first = labels_of(before, name);
        const auto* theirs = labels_of(base, name);
        if (first == nullptr || theirs == nullptr || *first == *theirs) return;
        auto joined = *type;
        joined.labels = joined_labels(*first, type->labels, *theirs);
        altered->patch.set(&schema::Column::type, std::move(joined));
    }

    void need_fit(const Revision& was, const std::vector<Operation>& operations, schema::MetaData base) {
        const Fitting fitting{[&](const schema::QualifiedName& table) {
                                  const auto* unknown = behind_.not_followed();
                                  return unknown == nullptr || !unknown->is_unknown(table);
                              },
                              theirs_};
        try {
            apply_fitting(base, operations, compiler_, fitting);
        } catch (const MigrationError& error) {
            fail(was, error.what());
        }
    }

    std::vector<Operation> downgrade_of(const Revision& was, const std::vector<Operation>& operations,
                                        const schema::MetaData& before, RebasedRevision& result,
                                        const schema::MetaData& base, bool known) {
        auto downgrade = was.downgrade_operations();
        const auto undone = undoing(operations, before);
        const auto derived = undone && *undone == downgrade ? undoing(result.upgrade, base) : std::nullopt;
        if (derived) return *derived;
        const bool touched = result.upgrade != operations;
        if (touched || !known)
            result.notes.emplace_back(
                "its downgrade was written by hand and stays as it is; look whether it undoes the "
                "upgrade behind the other branch");
        return downgrade;
    }

    /// The way down must lead to where theirs ends.
    void go_back(std::vector<RebasedRevision>& list) {
        for (std::size_t i = list.size(); i-- > 0;) {
            if (!list[i].downgrade) return;
            try {
                rehearse(behind_, history_.second()[i], Direction::down);
            } catch (const Error& error) {
                list[i].notes.push_back("its downgrade does not run behind the other branch: " +
                                        one_line(error.what()));
                return;
            }
        }
    }

    [[noreturn]] void fail(const Revision& revision, const std::string& why) const {
        throw MigrationError("revision " + revision.label() + " cannot run behind " + join(branches_.their_heads) +
                             ": " + why + "; change it by hand so that it can");
    }

    const Branches& branches_;
    const detail::DialectOperationCompiler& compiler_;
    LinearHistory history_;
    Rehearsal alone_;   // mine where it was
    Rehearsal behind_;  // and behind theirs
    std::vector<Operation> theirs_;
    Following following_;
};

}  // namespace

std::vector<RebasedRevision> rebase(const RevisionGraph& graph, const Branches& branches, const core::Dialect& dialect,
                                    const FollowHistory& follow) {
    return Rebase(graph, branches, dialect, follow).run();
}

}  // namespace strata::migrate
