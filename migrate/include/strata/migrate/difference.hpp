#pragma once

#include <strata/migrate/compare_options.hpp>
#include <strata/migrate/operation.hpp>
#include <strata/migrate/renames.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/metadata.hpp>
#include <strata/schema/reflection.hpp>

#include <string>
#include <vector>

/// Autogenerate in two steps: diff() says what differs and what that may mean, and resolve() makes operations of it
/// once somebody has decided.
namespace strata::migrate {

/// What a comparison cannot know, and a person says. Names are those that the tool prints: `songs`, `songs.title`.
struct Decisions {
    std::vector<std::string> renames;      ///< `songs:tracks`, `songs.title:name`
    std::vector<std::string> not_renamed;  ///< it goes with what is in it, whatever the models have that is like it
    std::vector<std::string> fills;        ///< `songs.rating=0`: what rows get before the column becomes NOT NULL
    std::vector<std::string> not_filled;   ///< `songs.rating`: the revision leaves its rows as they are
    std::vector<std::string> adopted;      ///< things that no revision made, and that are taken in
};

/// What two schemas differ in, before anybody has decided what it means.
struct Difference {
    struct Thing {
        std::string kind;  ///< `table`, `column`, or an object's kind: `view`
        std::string name;  ///< `songs`, `songs.title`
        bool operator==(const Thing&) const = default;
    };
    schema::MetaData before;
    schema::MetaData after;
    std::vector<Thing> added;
    std::vector<Thing> gone;
    std::vector<Thing> changed;  ///< what both have and say differently; the parts of a table are the table's
    /// What may have been renamed and is in `added` and `gone` too; not what the models themselves say (renamed_from).
    std::vector<RenameCandidate> candidates;

    [[nodiscard]] bool empty() const noexcept { return added.empty() && gone.empty() && changed.empty(); }
};

/// Compares as this dialect stores it, expressions by `comparer`, leaving out of both what `options` leave out.
/// Everything in `before` is taken as ours; ours_of() says what is.
[[nodiscard]] Difference diff(schema::MetaData before, schema::MetaData after, const CompareOptions& options,
                              const schema::DdlCompiler& ddl, schema::ExpressionComparer& comparer);

/// What the decisions make of a difference.
struct Resolution {
    std::vector<Operation> operations;  ///< in an order that runs; the renames first
    std::vector<RenameCandidate> open;  ///< that nobody has decided on: `operations` drop and add them
};

/// The operations that turn `difference.before` into `difference.after`. Carries out the renames that the models and
/// the decisions say, and ignores `fills`, `not_filled` and `adopted`. Throws UsageError, with one line that says what
/// is wrong, for a decision about something that is not gone or that contradicts another.
[[nodiscard]] Resolution resolve(const Difference& difference, const Decisions& decisions,
                                 const CompareOptions& options, const schema::DdlCompiler& ddl,
                                 schema::ExpressionComparer& comparer);

}  // namespace strata::migrate
