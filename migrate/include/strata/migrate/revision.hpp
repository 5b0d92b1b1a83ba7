#pragma once

#include <strata/migrate/operations.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strata::migrate {

/// What a revision stands on. Its parents: none for a first revision, several for a merge. The labels of the branch
/// that begins with it, and the revisions of other branches that must have run before it:
/// `revises("91b0c2d4e5f6").label("billing").depends_on("3f2a9c1b7d04")`.
struct Parents {
    std::vector<std::string> ids;
    std::vector<std::string> labels{};
    std::vector<std::string> dependencies{};
    std::vector<std::string> replaced{};

    /// Names the branch: letters, digits and underscores. May be said several times.
    [[nodiscard]] Parents label(std::string name) && {
        labels.push_back(std::move(name));
        return std::move(*this);
    }
    template <class... Ids>
    [[nodiscard]] Parents depends_on(const Ids&... others) && {
        (dependencies.emplace_back(others), ...);
        return std::move(*this);
    }
    /// Names the revisions that this one does the work of, from the first to the last (`squash`).
    template <class... Ids>
    [[nodiscard]] Parents replaces(const Ids&... others) && {
        (replaced.emplace_back(others), ...);
        return std::move(*this);
    }
};
template <class... Ids>
[[nodiscard]] Parents revises(const Ids&... ids) {
    return {{ids...}, {}, {}, {}};
}

/// One step of the schema's history. A plain value; the callbacks only record operations.
struct Revision {
    using Callback = std::function<void(Operations&)>;

    std::string id;                    ///< letters, digits and underscores, at most 32
    std::string file;                  ///< the file's name without its folder
    std::vector<std::string> revises;  ///< the ids of its parents
    std::vector<std::string> labels;   ///< of the branch that begins with it
    /// The ids of revisions that must have run before it without being its parents. An id, or a label, which stands for
    /// the revision that says it.
    std::vector<std::string> depends_on;
    /// The ids of a line of revisions that this one does the work of. A database that has some of them, and not all,
    /// still runs the others, as long as their files are there.
    std::vector<std::string> replaces;
    std::string message;
    Callback upgrade;
    Callback downgrade;        ///< empty: the revision cannot be downgraded
    bool says_parents = true;  ///< false for a file of SQL that has no line for its parents
    std::string fault;         ///< why the file cannot be used; whoever reads the history throws it
    /// The version that it was in the history of another tool, as `adopt` wrote it down: `alembic ae10`, `flyway 1.2`.
    /// Empty: it was made here.
    std::string adopted_from{};

    Revision(std::string id, std::string_view path, Parents parents, std::string message, Callback upgrade,
             Callback downgrade);

    /// The operations that the callbacks record. Throws MigrationError, naming the revision, when a callback throws.
    [[nodiscard]] std::vector<Operation> upgrade_operations() const;
    [[nodiscard]] std::vector<Operation> downgrade_operations() const;
    /// `3f2a9c1b7d04 (20261120_143207_3f2a9c1b7d04_add_genre.cpp)`, for messages.
    [[nodiscard]] std::string label() const;
};

/// All revisions, in no particular order. The pointers stay valid until the program ends.
using Revisions = std::vector<const Revision*>;

}  // namespace strata::migrate

/// Defines a revision: `STRATA_REVISION(id, revises("parent"), "message", upgrade, downgrade)`; see Parents for labels
/// and dependencies. The id is written
/// without quotes; the registry that CMake generates refers to the variable named after it, so that no linker drops the
/// file.
#define STRATA_REVISION(ID, ...)                                                                     \
    const ::strata::migrate::Revision& strata_revision_##ID();                                       \
    const ::strata::migrate::Revision& strata_revision_##ID() {                                      \
        static const ::strata::migrate::Revision revision(#ID, __FILE__ __VA_OPT__(, ) __VA_ARGS__); \
        return revision;                                                                             \
    }
