// A property: whatever two branches do, the verdict on their order is what both orders do on a database, and what is
// rebased goes up, down and up again.

#include "catalogue_text.hpp"
#include "fresh_database.hpp"
#include "migrate_rebuild_support.hpp"
#include "migrate_revisions.hpp"
#include "random_schemas.hpp"

#include <strata/core/dialect.hpp>
#include <strata/core/engine.hpp>
#include <strata/core/url.hpp>
#include <strata/migrate/branches.hpp>
#include <strata/migrate/compare.hpp>
#include <strata/migrate/replay.hpp>
#include <strata/migrate/upgrade.hpp>
#include <strata/schema/ddl.hpp>
#include <strata/schema/naming.hpp>
#include <strata/schema/reflection.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <random>

using namespace strata::schema;
using namespace strata::test;
using strata::core::Connection;
namespace migrate = strata::migrate;
using migrate::Operation;
using migrate::RevisionIds;

namespace {

/// How many pairs are tried: STRATA_TEST_PAIRS, else 300.
std::uint32_t pairs() {
    const char* const count = std::getenv("STRATA_TEST_PAIRS");
    return count == nullptr ? 300 : static_cast<std::uint32_t>(std::strtoul(count, nullptr, 10));
}

MetaData with_names(MetaData schema) {
    for (auto& table : schema.tables) name_constraints(table);
    return schema;
}

std::string text_of(const std::vector<Operation>& operations) {
    std::string text;
    for (const auto& operation : operations) text += "  " + migrate::describe(operation) + "\n";
    return text;
}

using Steps = std::vector<std::vector<Operation>>;  // of each revision

/// One or two revisions of a branch: what random changes of the schema come to, and now and then a rename.
class RandomBranch {
public:
    RandomBranch(std::uint32_t seed, int names, MetaData base, const DdlCompiler& ddl)
        : random_(seed), schemas_(seed), state_(std::move(base)), ddl_(ddl) {
        schemas_.names_from(names);
        names_ = names + 500;
    }

    Steps steps() {
        Steps list;
        for (auto count = 1 + random_() % 2; count > 0; --count) {
            std::vector<Operation> operations;
            if (random_() % 3 == 0) operations.push_back(renamed());
            auto after = schemas_.changed(state_);
            for (auto& table : after.tables) name_constraints(table);
            for (auto& operation : migrate::compare_metadata(state_, after, ddl_, *token_comparer()))
                operations.push_back(std::move(operation));
            state_ = std::move(after);
            list.push_back(std::move(operations));
        }
        return list;
    }

private:
    Operation renamed() {
        auto& table = state_.tables[random_() % state_.tables.size()];
        const auto name = "n" + std::to_string(++names_);
        Operation operation = migrate::RenameTable{table.name, name};
        if (random_() % 2 == 0) {
            const auto& column = table.columns[random_() % table.columns.size()];
            operation = migrate::RenameColumn{table.name, column.name, name};
        }
        migrate::apply(state_, operation);
        return operation;
    }

    std::mt19937 random_;
    RandomSchemas schemas_;
    MetaData state_;
    const DdlCompiler& ddl_;
    int names_;
};

void add(History& history, const std::string& id, const RevisionIds& parents, const std::vector<Operation>& up,
         const std::vector<Operation>& down) {
    const auto recorder = [](const std::vector<Operation>& operations) {
        return [operations](migrate::Operations& op) {
            for (const auto& operation : operations) op.invoke(operation);
        };
    };
    history.add(id, parents, recorder(up), recorder(down));
}

/// Adds a branch that follows `parent` and begins in that state; returns its head.
std::string add_branch(History& history, const std::string& name, std::string parent, MetaData state,
                       const Steps& steps) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto id = name + std::to_string(i + 1);
        std::vector<Operation> down;
        try {
            down = migrate::reverse_all(steps[i], state);
            for (const auto& operation : steps[i]) migrate::apply(state, operation);
        } catch (const strata::MigrationError&) {  // NOLINT(bugprone-empty-catch): it is tried only upwards then
        }
        add(history, id, {parent}, steps[i], down);
        parent = id;
    }
    return parent;
}

struct Truth {
    std::string text;  // of the catalogue; empty where the order does not run
    std::string error;
};

/// Nothing is in the databases that could be lost.
const migrate::RunOptions allowed{.destructive = migrate::Destructive::allowed};

Truth run(const TestDatabase& db, const History& history) {
    const Fresh fresh(db);
    try {
        const strata::core::Engine engine((*fresh).url());
        static_cast<void>(migrate::upgrade(engine, "head", history.revisions(), allowed));
    } catch (const strata::Error& error) {
        return {{}, error.what()};
    }
    return {catalogue_text(*fresh), {}};
}

struct Pair {
    MetaData base;
    std::vector<Operation> start;
    Steps mine;
    Steps theirs;

    Pair(std::uint32_t seed, const DdlCompiler& ddl) {
        base = with_names(RandomSchemas(seed).schema());
        start = migrate::compare_metadata({}, base, ddl, *token_comparer());
        // Now and then both give new things the same names.
        mine = RandomBranch(seed * 2 + 1, 1000, base, ddl).steps();
        theirs = RandomBranch(seed * 2 + 2, seed % 5 == 0 ? 1000 : 3000, base, ddl).steps();
    }
    /// One branch behind the other.
    [[nodiscard]] History in_line(bool mine_first) const {
        History history = begun();
        const auto between = add_branch(history, mine_first ? "a" : "b", "ground", base, mine_first ? mine : theirs);
        add_branch(history, mine_first ? "b" : "a", between, base, mine_first ? theirs : mine);
        return history;
    }
    [[nodiscard]] History begun() const {
        History history;
        add(history, "ground", {}, start, migrate::reverse_all(start, {}));
        return history;
    }
};

void check_rebased(const TestDatabase& db, const Pair& pair, const std::vector<migrate::RebasedRevision>& rebased,
                   const std::string& their_head) {
    History history = pair.begun();
    add_branch(history, "b", "ground", pair.base, pair.theirs);
    for (const auto& each : rebased) add(history, each.was->id, each.revises, each.upgrade, each.downgrade.value());
    const Fresh fresh(db);
    const strata::core::Engine engine((*fresh).url());
    static_cast<void>(migrate::upgrade(engine, their_head, history.revisions(), allowed));
    const auto between = catalogue_text(*fresh);
    static_cast<void>(migrate::upgrade(engine, "head", history.revisions(), allowed));
    const auto after = catalogue_text(*fresh);
    {
        Connection connection(strata::core::Url::parse((*fresh).url()));
        const migrate::RevisionGraph graph(history.revisions());
        const auto said = migrate::replay(graph, graph.heads());
        CHECK(text_of(own_differences(connection, said, said)) == "");
    }
    static_cast<void>(migrate::downgrade(engine, their_head, history.revisions(), allowed));
    CHECK(catalogue_text(*fresh) == between);
    static_cast<void>(migrate::upgrade(engine, "head", history.revisions(), allowed));
    CHECK(catalogue_text(*fresh) == after);
}

struct Counts {
    int commute = 0;
    int conflict = 0;
    int rebased = 0;
};

void check_pair(const TestDatabase& db, std::uint32_t seed, Counts& counts) {
    INFO("seed " << seed);
    const auto& dialect = strata::core::dialect_for(db.is_sqlite() ? "sqlite" : "postgresql");
    const Pair pair(seed, ddl_compiler(dialect));
    History history = pair.begun();
    const auto mine = add_branch(history, "a", "ground", pair.base, pair.mine);
    const auto theirs = add_branch(history, "b", "ground", pair.base, pair.theirs);
    const migrate::RevisionGraph graph(history.revisions());
    const auto branches = migrate::branches_of(graph, {mine}, {theirs});
    const auto verdict = migrate::compare_branches(graph, branches, dialect);
    std::string reasons;
    for (const auto& reason : verdict.reasons) reasons += reason + "\n";
    std::string did;
    for (const auto& step : pair.mine) did += "mine\n" + text_of(step);
    for (const auto& step : pair.theirs) did += "theirs\n" + text_of(step);
    INFO(did << reasons);

    const auto one = run(db, pair.in_line(true));
    const auto other = run(db, pair.in_line(false));
    const bool commute = one.error.empty() && other.error.empty() && one.text == other.text;
    INFO("mine first: " << one.error << "\n" << one.text << "\ntheirs first: " << other.error << "\n" << other.text);
    CHECK(verdict.kind == (commute ? migrate::BranchVerdict::Kind::commute : migrate::BranchVerdict::Kind::conflict));
    CHECK(verdict.reasons.empty() == commute);
    ++(commute ? counts.commute : counts.conflict);

    std::optional<std::vector<migrate::RebasedRevision>> rebased;
    std::string refused;
    try {
        rebased = migrate::rebase(graph, branches, dialect);
    } catch (const strata::MigrationError& error) {
        refused = error.what();
    }
    INFO(refused);
    // What runs in either order can be rebased.
    if (commute) CHECK(rebased.has_value());
    if (!rebased) return;
    ++counts.rebased;
    std::string now;
    for (const auto& each : *rebased) now += "rebased\n" + text_of(each.upgrade) + " down\n" + text_of(*each.downgrade);
    INFO(now);
    check_rebased(db, pair, *rebased, theirs);
}

void check_pairs(const TestDatabase& db, std::uint32_t part) {
    Counts counts;
    for (std::uint32_t seed = part; seed < pairs(); seed += 2) {
        try {
            check_pair(db, seed, counts);
        } catch (const strata::Error& error) {
            FAIL_CHECK("seed " << seed << ": " << error.what());
        }
    }
    // The pairs are of all kinds.
    if (pairs() < 100) return;
    CHECK(counts.commute > static_cast<int>(pairs()) / 20);
    CHECK(counts.conflict > static_cast<int>(pairs()) / 20);
    CHECK(counts.rebased > counts.commute);
}

}  // namespace

STRATA_DB_TEST("the verdict on two branches is what both orders do, first part", "[migrate][pairs][branches]") {
    check_pairs(db, 0);
}
STRATA_DB_TEST("the verdict on two branches is what both orders do, second part", "[migrate][pairs][branches]") {
    check_pairs(db, 1);
}
